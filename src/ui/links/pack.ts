/**
 * Text that may stand in an address: UTF-8, deflate (RFC 1951) without any header, base64url without padding (RFC 4648).
 * What comes from an address is unpacked as a stream, so that a bomb is given up as soon as it passes the limit.
 */

/** Characters that a link's state may have; browsers stop at about two million for the whole address. */
export const MAX_TEXT = 1_500_000;
/** Bytes that it may inflate to. */
export const MAX_BYTES = 16 * 1024 * 1024;

export type Unpacked =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: "damaged" | "too-large" };

export async function pack(text: string): Promise<string> {
  const deflated = through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  return toBase64url(await gather(deflated, Number.POSITIVE_INFINITY));
}

export async function unpack(packed: string): Promise<Unpacked> {
  if (packed.length > MAX_TEXT) return { ok: false, fault: "too-large" };
  try {
    const bytes = fromBase64url(packed);
    const inflated = await gather(through(bytes, new DecompressionStream("deflate-raw")), MAX_BYTES);
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(inflated) };
  } catch (error) {
    return { ok: false, fault: error instanceof TooLarge ? "too-large" : "damaged" };
  }
}

class TooLarge extends Error {}

function through(bytes: Uint8Array<ArrayBuffer>, by: GenericTransform): ReadableStream<Uint8Array> {
  const writer = by.writable.getWriter();
  // What goes wrong here goes wrong at the reading end too, where it is caught.
  void writer.write(bytes).catch(() => undefined);
  void writer.close().catch(() => undefined);
  return by.readable as ReadableStream<Uint8Array>;
}

interface GenericTransform {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
}

/** All bytes of a stream; throws TooLarge past `limit`, and whatever the stream fails with. */
async function gather(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  const reader = stream.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      void reader.cancel().catch(() => undefined);
      throw new TooLarge();
    }
    chunks.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** Bytes that String.fromCharCode takes at once without filling the stack. */
const SLICE = 8192;

function toBase64url(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += SLICE) binary += String.fromCharCode(...bytes.subarray(at, at + SLICE));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Throws on anything that is not base64url. */
function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Error("not base64url");
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

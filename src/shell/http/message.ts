/** HTTP/1.1 messages as text: RFC 9112. A connection's bytes stand as one character a byte until the body is read. */
import { fromUtf8, toUtf8 } from "../text/utf8.ts";

/** What stands before the body. */
export interface Head {
  /** "GET / HTTP/1.1", "HTTP/1.1 200 OK". */
  first: string;
  /** In the order in which they came; names as they were written. */
  fields: readonly (readonly [string, string])[];
  /** Length in bytes with the empty line. */
  length: number;
}

/** Bytes as text of one character a byte. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text;
}

/** Text of one character a byte as the UTF-8 that it is. */
export function decoded(text: string): string {
  return fromUtf8(Uint8Array.from(text, (c) => c.charCodeAt(0)));
}

/** Text as UTF-8, one character a byte. */
export function encoded(text: string): string {
  return latin1(toUtf8(text));
}

/** Text of one character a byte as bytes. */
export function toBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0) & 0xff);
}

/** The head that `text` begins with; null while its empty line has not come. */
export function parseHead(text: string): Head | null {
  // A line may end without its CR (RFC 9112, section 2.2).
  const end = /\r?\n\r?\n/.exec(text);
  if (end === null) return null;
  const [first = "", ...lines] = text.slice(0, end.index).split(/\r?\n/);
  const fields = lines.map((line): readonly [string, string] => {
    const colon = line.indexOf(":");
    return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { first, fields, length: end.index + end[0].length };
}

export function field(head: Head, name: string): string | null {
  return head.fields.find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
}

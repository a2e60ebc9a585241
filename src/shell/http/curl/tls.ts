/**
 * The first step of TLS as curl takes it (RFC 8446, 4.1.2): its ClientHello, and what it says when who answers doesn't speak TLS.
 * Left out: all that a server that does would say; no machine here has one.
 */
import { randomBelow } from "../../../base/random.ts";
import type { SocketId } from "../../../kernel/types.ts";
import { toUtf8 } from "../../text/utf8.ts";
import type { Sys } from "../../types.ts";

const HANDSHAKE = 22;
/** OpenSSL fills its hello up to this many bytes (RFC 7685). */
const HELLO_BYTES = 512;
const CIPHERS = [0x1302, 0x1303, 0x1301, 0xc02c, 0xc030, 0xc02b, 0xc02f, 0x00ff];

/** What OpenSSL 3.0 makes of an answer that is not a record of TLS. */
export const NOT_TLS = "OpenSSL/3.0.20: error:0A00010B:SSL routines::wrong version number";

function u16(value: number): number[] {
  return [value >> 8, value & 255];
}

function extension(type: number, body: readonly number[]): number[] {
  return [...u16(type), ...u16(body.length), ...body];
}

/** The record with curl's ClientHello. @param name of the server, null for one known by its address */
export function clientHello(sys: Sys, name: string | null): Uint8Array {
  const random = (count: number) => Array.from({ length: count }, () => randomBelow(sys.world.random, 256));
  const host = name === null ? [] : [...toUtf8(name)];
  const protocols = ["h2", "http/1.1"].flatMap((text) => [text.length, ...toUtf8(text)]);
  const extensions = [
    ...(host.length === 0 ? [] : extension(0, [...u16(host.length + 3), 0, ...u16(host.length), ...host])),
    ...extension(16, [...u16(protocols.length), ...protocols]),
    ...extension(43, [4, 3, 4, 3, 3]),
  ];
  const suites = CIPHERS.flatMap(u16);
  const front = [3, 3, ...random(32), 32, ...random(32), ...u16(suites.length), ...suites, 1, 0];
  const padding = HELLO_BYTES - 4 - front.length - 2 - extensions.length - 4;
  const all = [
    ...extensions,
    ...extension(
      21,
      Array.from({ length: padding }, () => 0),
    ),
  ];
  const body = [...front, ...u16(all.length), ...all];
  return Uint8Array.from([HANDSHAKE, 3, 1, ...u16(HELLO_BYTES), 1, 0, ...u16(body.length), ...body]);
}

/** What -v says of the hello. @param trusts whether certificates are looked at */
export function helloTrace(trusts: boolean): string {
  const certificates = "*  CAfile: /etc/ssl/certs/ca-certificates.crt\n*  CApath: /etc/ssl/certs\n";
  const sent = `} [5 bytes data]\n* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n} [${HELLO_BYTES} bytes data]\n`;
  return `* ALPN: offers h2,http/1.1\n${sent}${trusts ? certificates : ""}`;
}

/** Whether a record's head is there that is none of TLS. It is left unread, so that closing resets. */
export function speaksPlain(sys: Sys, id: SocketId): boolean {
  const tcp = sys.world.sockets[id]?.tcp;
  return (
    tcp !== null && tcp !== undefined && tcp.recvBytes >= 5 && ![21, HANDSHAKE].includes(tcp.recvQueue[0]?.[0] ?? 0)
  );
}

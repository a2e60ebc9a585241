/** Packets in hexadecimal and ASCII, as tcpdump's -x, -X and -A show them. */
import { hexByte } from "../../wire/bytes.ts";

const PER_LINE = 16;

function printable(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
}

/** Lines "\n\t0x0000:  4500 0054 …", with `ascii` the characters behind. */
export function hexDump(b: Uint8Array, at: number, length: number, ascii: boolean): string {
  let text = "";
  for (let line = 0; line < length; line += PER_LINE) {
    let hex = "";
    let chars = "";
    for (let i = line; i < Math.min(line + PER_LINE, length); i++) {
      const byte = b[at + i] ?? 0;
      hex += ((i - line) % 2 === 0 ? " " : "") + hexByte(byte);
      chars += printable(byte);
    }
    const offset = line.toString(16).padStart(4, "0");
    text += `\n\t0x${offset}: ${ascii ? `${hex.padEnd(40)}  ${chars}` : hex}`;
  }
  return text;
}

/** -A: the packet's characters as they are; what cannot be printed is a dot. */
export function asciiDump(b: Uint8Array, at: number, length: number): string {
  let text = "\n";
  for (let i = 0; i < length; i++) {
    const byte = b[at + i] ?? 0;
    if (byte === 0x0d && b[at + i + 1] === 0x0a) continue;
    text += byte === 0x0a || byte === 0x09 || byte === 0x20 ? String.fromCharCode(byte) : printable(byte);
  }
  return text;
}

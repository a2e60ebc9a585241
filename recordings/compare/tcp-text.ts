/** What a TCP segment says (RFC 793, 7323): ports, flags, which options in which order, and whether data came along. */
import { type Bytes, portText } from "./bytes.ts";

/** Flags as tcpdump orders them. */
const FLAGS: [bit: number, letter: string][] = [
  [0x02, "S"],
  [0x01, "F"],
  [0x04, "R"],
  [0x08, "P"],
  [0x10, "."],
];

/** Options whose values are a matter of chance or of buffers: only their place counts. */
const OPTION_NAMES: Record<number, string> = { 0: "eol", 1: "nop", 3: "wscale", 4: "sackOK", 8: "ts" };

function optionTexts(segment: Bytes, headerLength: number): string[] {
  const texts: string[] = [];
  let at = 20;
  while (at < headerLength) {
    const kind = segment.u8(at);
    texts.push(kind === 2 ? `mss ${segment.u16(at + 2)}` : (OPTION_NAMES[kind] ?? `option ${kind}`));
    // A length of 0 would stand still: step over the kind byte at least.
    at += kind < 2 ? 1 : Math.max(segment.u8(at + 1), 1);
  }
  return texts;
}

/** Whether data came along counts, how much does not: a sender may cut its stream elsewhere. */
export function tcpText(segment: Bytes): string {
  const [src, dst] = [segment.u16(0), segment.u16(2)];
  const headerLength = (segment.u8(12) >> 4) * 4;
  const bits = segment.u8(13);
  const flags = FLAGS.map(([bit, letter]) => (bits & bit ? letter : "")).join("");
  const options = optionTexts(segment, headerLength).join(",");
  const data = segment.length > headerLength ? "some" : "none";
  return `tcp ${portText(src)} > ${portText(dst)} [${flags}] options=${options} data=${data}`;
}

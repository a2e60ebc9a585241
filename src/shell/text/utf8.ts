/** Text of streams to bytes of datagrams and back: UTF-8 (RFC 3629). Bytes that are no UTF-8 become U+FFFD. */

export function toUtf8(text: string): Uint8Array {
  const out: number[] = [];
  for (const c of text) {
    const code = c.codePointAt(0) as number;
    if (code < 0x80) out.push(code);
    else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(out);
}

export function fromUtf8(b: Uint8Array): string {
  let text = "";
  for (let i = 0; i < b.length; ) {
    const first = b[i] as number;
    const more = first < 0x80 ? 0 : first >= 0xf0 && first < 0xf8 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : -1;
    let code = more === 3 ? first & 7 : more === 2 ? first & 15 : more === 1 ? first & 31 : first;
    let good = more >= 0 && first < 0xf8;
    for (let k = 1; k <= more && good; k++) {
      const next = b[i + k] ?? 0;
      good = (next & 0xc0) === 0x80;
      code = (code << 6) | (next & 63);
    }
    text += good && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
    i += good ? more + 1 : 1;
  }
  return text;
}

/** The number that a text is in C's notation (decimal, 0x…, 0…), or null; at most `max`. */
export function unsigned(text: string, max = 0xffff_ffff): number | null {
  if (!/^(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(text)) return null;
  const isOctal = /^0[0-9]/.test(text);
  if (isOctal && /[89]/.test(text)) return null;
  const number = isOctal ? Number.parseInt(text, 8) : Number(text);
  return number <= max ? number : null;
}

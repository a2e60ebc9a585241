// SVG as text: elements with attributes only, so that it can stand in any page or file and brings no rules into it.

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export function element(name: string, attributes: Attributes, ...inside: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? short(value) : escaped(value!)}"`)
    .join("");
  return inside.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${inside.join("")}</${name}>`;
}

/** Text as it may stand in an element or an attribute; characters that XML forbids are left out. */
export function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** A number with at most two decimals. */
export function short(n: number): string {
  return String(Math.round(n * 100) / 100);
}

export interface Type {
  readonly px: number;
  readonly mono?: boolean;
  readonly bold?: boolean;
}

/** Width of `text`, px, near enough to place it: the fonts may be others where the picture is looked at. */
export function widthOf(text: string, { px, mono = false, bold = false }: Type): number {
  let em = 0;
  for (const char of text) {
    if (/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/.test(char)) em += 1;
    else if (mono) em += 0.6;
    else if (/[iIl.,:;'|!j ]/.test(char)) em += 0.285;
    else if (/[mwMW—…@%→]/.test(char)) em += 0.87;
    else if (/[frt()/·-]/.test(char)) em += 0.38;
    else em += /[A-Z0-9_]/.test(char) ? 0.645 : 0.575;
  }
  return em * px * (bold ? 1.035 : 1);
}

/** The text, or as much of its beginning as fits `width` with an ellipsis. */
export function cut(text: string, type: Type, width: number): string {
  if (widthOf(text, type) <= width) return text;
  const chars = Array.from(text);
  while (chars.length > 0 && widthOf(`${chars.join("")}…`, type) > width) chars.pop();
  return chars.length === 0 ? "" : `${chars.join("").trimEnd()}…`;
}

/** awk's values: numbers, strings, and strings from input that look like numbers (POSIX "numeric strings"). */

/** `n` is set for a numeric string. */
export type Value = number | string | { text: string; n: number };

const NUMERIC = /^\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?)\s*$/;

/** A value that came from input. */
export function fromInput(text: string): Value {
  return NUMERIC.test(text) ? { text, n: Number(text) } : text;
}

export function toNumber(v: Value): number {
  if (typeof v === "number") return v;
  if (typeof v === "object") return v.n;
  const m = /^\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?)/.exec(v);
  return m ? Number(m[0]) : 0;
}

/** A number as CONVFMT and OFMT ("%.6g") have it; whole numbers as they are. */
export function numberText(n: number): string {
  if (Number.isInteger(n) && Math.abs(n) < 1e16) return String(n);
  if (Number.isNaN(n)) return n < 0 ? "-nan" : "nan";
  if (!Number.isFinite(n)) return n < 0 ? "-inf" : "inf";
  const exponent = Math.floor(Math.log10(Math.abs(n)));
  if (exponent < -5 || exponent >= 6) {
    return n
      .toExponential(5)
      .replace(/\.?0+e/, "e")
      .replace(/e([-+])(\d)$/, "e$10$2");
  }
  return String(Number(n.toPrecision(6)));
}

export function toText(v: Value): string {
  return typeof v === "string" ? v : typeof v === "number" ? numberText(v) : v.text;
}

/** A value as an argument of printf. */
export function printable(v: Value): string | number {
  return typeof v === "object" ? v.text : v;
}

export function isTrue(v: Value): boolean {
  return typeof v === "string" ? v !== "" : typeof v === "number" ? v !== 0 : v.n !== 0;
}

/** < 0, 0 or > 0: as numbers if both are, else as strings. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a !== "string" && typeof b !== "string") return toNumber(a) - toNumber(b);
  const [x, y] = [toText(a), toText(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

// What somebody looks for in a packet: a field's name, its value, or bytes in hexadecimal. Pure.
import type { Layer } from "../../wire/dissect.ts";
import { type FieldLine, linesOf } from "./layers-view.tsx";

export interface Found {
  /** Lines that hold it. */
  readonly lines: ReadonlySet<string>;
  /** Where the bytes stand; null for none. */
  readonly bytes: { readonly offset: number; readonly length: number } | null;
}

/** @param words name and value of a line as they are shown */
export function findIn(
  layers: readonly Layer[],
  bytes: Uint8Array,
  text: string,
  words: (line: FieldLine) => string,
): Found {
  const wanted = text.trim().toLowerCase();
  const holds = (line: FieldLine) => `${words(line)} ${line.field.key}`.toLowerCase().includes(wanted);
  const lines = new Set(
    layers
      .flatMap(linesOf)
      .filter(holds)
      .map((line) => line.id),
  );
  return { lines, bytes: findBytes(bytes, wanted) };
}

function findBytes(bytes: Uint8Array, text: string): Found["bytes"] {
  const hex = text.replace(/[\s:]/g, "");
  if (hex.length < 2 || hex.length % 2 !== 0 || !/^[0-9a-f]+$/.test(hex)) return null;
  const all = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  for (let at = all.indexOf(hex); at >= 0; at = all.indexOf(hex, at + 1)) {
    if (at % 2 === 0) return { offset: at / 2, length: hex.length / 2 };
  }
  return null;
}

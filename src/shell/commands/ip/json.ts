/** `-json` and `-pretty`: how iproute2's json_writer lays out its arrays of objects. */
import { type Line, print } from "./args.ts";

export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Prints a list of objects on one line, or over many with -pretty. */
export function printJson(line: Line, list: Json[]): void {
  print(line, `${line.options.pretty ? pretty(list, -1) : JSON.stringify(list)}\n`);
}

function pretty(value: Json, depth: number): string {
  const indent = "    ".repeat(depth + 1);
  if (Array.isArray(value)) {
    if (value.length === 0) return "[ ]";
    return `[ ${value.map((item) => pretty(item, depth + 1)).join(",")} ]`;
  }
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}    `;
  const rows = Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${pretty(item, depth + 1)}`);
  return `{\n${rows.join(",\n")}\n${indent}}`;
}

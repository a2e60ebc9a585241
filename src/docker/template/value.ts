/**
 * Values that Go templates work on. A `Map` is Go's map (keys sorted on output), a plain object a struct (fields in their
 * order), null is nil, a function is a method that takes arguments.
 */

export type GoValue =
  | null
  | boolean
  | number
  | string
  | readonly GoValue[]
  | ReadonlyMap<string, GoValue>
  | GoStruct
  | ((...args: GoValue[]) => GoValue);

export interface GoStruct {
  readonly [field: string]: GoValue;
}

/** A slice that is nil: null in JSON, yet `[]` where a template prints it. */
export const NIL_SLICE: readonly GoValue[] = [];

/** A struct with more fields that JSON leaves out because they are empty (`omitempty`); templates read them. */
export function withEmpty(struct: GoStruct, fields: GoStruct): GoStruct {
  const whole = { ...struct };
  for (const [name, value] of Object.entries(fields)) Object.defineProperty(whole, name, { value, enumerable: false });
  return whole;
}

export function isList(value: GoValue): value is readonly GoValue[] {
  return Array.isArray(value);
}

export function isMap(value: GoValue): value is ReadonlyMap<string, GoValue> {
  return value instanceof Map;
}

export function isStruct(value: GoValue): value is GoStruct {
  return typeof value === "object" && value !== null && !isList(value) && !isMap(value);
}

/** Entries of a map by rising key, as Go's fmt, json and range have them. */
export function sortedEntries(map: ReadonlyMap<string, GoValue>): [string, GoValue][] {
  return [...map].sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0));
}

/** text/template's truth: nil, false, 0 and what is empty are false; a struct is true. */
export function isTrue(value: GoValue): boolean {
  if (value === null || value === false || value === 0 || value === "") return false;
  if (isList(value)) return value.length > 0;
  return !isMap(value) || value.size > 0;
}

/** fmt's %v. */
export function formatValue(value: GoValue): string {
  if (value === null) return "<nil>";
  if (typeof value === "function") return "0x0";
  if (isList(value)) return `[${value.map(formatValue).join(" ")}]`;
  if (isMap(value))
    return `map[${sortedEntries(value)
      .map(([k, v]) => `${k}:${formatValue(v)}`)
      .join(" ")}]`;
  if (isStruct(value)) return `{${Object.values(value).map(formatValue).join(" ")}}`;
  return String(value);
}

/** fmt's %T for what a template can meet. */
export function typeName(value: GoValue): string {
  if (value === null) return "<nil>";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return "int";
  if (typeof value === "string") return "string";
  if (isList(value)) return "[]interface {}";
  return "map[string]interface {}";
}

/** encoding/json without HTML escapes. `indent` as for MarshalIndent; "" is all on one line. */
export function marshalJson(value: GoValue, indent = "", margin = ""): string {
  if (value === NIL_SLICE) return "null";
  if (isList(value))
    return wrap(
      "[",
      "]",
      value.map((v) => marshalJson(v, indent, margin + indent)),
      indent,
      margin,
    );
  if (isMap(value) || isStruct(value)) {
    const entries = isMap(value) ? sortedEntries(value) : Object.entries(value);
    const fields = entries
      .filter(([, v]) => typeof v !== "function")
      .map(([k, v]) => `${JSON.stringify(k)}:${indent === "" ? "" : " "}${marshalJson(v, indent, margin + indent)}`);
    return wrap("{", "}", fields, indent, margin);
  }
  return JSON.stringify(value) ?? "null";
}

function wrap(open: string, close: string, items: string[], indent: string, margin: string): string {
  if (items.length === 0 || indent === "") return open + items.join(",") + close;
  const inner = margin + indent;
  return `${open}\n${items.map((i) => inner + i).join(",\n")}\n${margin}${close}`;
}

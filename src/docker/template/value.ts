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
  | typeof NO_VALUE
  | ((...args: GoValue[]) => GoValue);

export interface GoStruct {
  readonly [field: string]: GoValue;
}

/** What a map without an entry answers: reflect's zero Value. */
export const NO_VALUE: unique symbol = Symbol("<no value>");

/** A map that is nil: null in JSON, yet `map[]` where a template prints it. */
export const NIL_MAP: ReadonlyMap<string, GoValue> = new Map();

/** A map whose keys have a type of their own (nat.Port): `index` takes no string for one. */
export class KeyedMap extends Map<string, GoValue> {}

/** A slice that is nil: null in JSON, yet `[]` where a template prints it. */
export const NIL_SLICE: readonly GoValue[] = [];

/**
 * A struct with fields that JSON leaves out because they are empty (`omitempty`): templates read and print them.
 * @param fields all that may be left out, with what they are then; they stand in their order before the rest
 */
export function withEmpty(struct: GoStruct, fields: GoStruct): GoStruct {
  const whole: Record<string, GoValue> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (Object.hasOwn(struct, name)) whole[name] = struct[name] as GoValue;
    else Object.defineProperty(whole, name, { value, enumerable: false });
  }
  for (const [name, value] of Object.entries(struct)) whole[name] = value;
  return whole;
}

/** A struct with one more field behind the others, which JSON leaves out. */
export function hiding(struct: GoStruct, field: string, value: GoValue): GoStruct {
  return Object.defineProperty({ ...struct }, field, { value, enumerable: false });
}

/** The value as it is when it has gone through JSON and come back without types. */
export function withoutTypes(value: GoValue): GoValue {
  if (value === NIL_SLICE || value === NIL_MAP) return null;
  if (isList(value)) return value.map(withoutTypes);
  if (!isMap(value) && !isStruct(value)) return value;
  const entries = isMap(value) ? [...value] : Object.entries(value);
  return new Map(entries.map(([key, item]) => [key, withoutTypes(item)]));
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
  if (value === null || value === NO_VALUE || value === false || value === 0 || value === "") return false;
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
  if (isStruct(value)) {
    const fields = Object.getOwnPropertyNames(value).map((name) => value[name] as GoValue);
    const shown = fields.filter((field) => typeof field !== "function").map(formatValue);
    return `{${shown.join(" ")}}`;
  }
  return value === NO_VALUE ? "<no value>" : String(value);
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
  if (value === NIL_SLICE || value === NIL_MAP || value === NO_VALUE) return "null";
  if (isList(value))
    return wrap(
      "[",
      "]",
      value.map((v) => marshalJson(v, indent, margin + indent)),
      indent,
      margin,
    );
  // json.Marshaler
  if (isStruct(value) && typeof value.MarshalJSON === "function")
    return marshalJson(value.MarshalJSON(), indent, margin);
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

/**
 * One routing table: routes by prefix length and destination. Mirrors net/ipv4/fib_trie.c in what it answers, not in how it
 * is built: a host's tables have few distinct lengths, so a lookup tries each length that is present, the longest first.
 */
import { type Ipv4, maskOf } from "../../wire/address.ts";
import type { Fib, FibTable, Route } from "../types.ts";

export function createFib(): Fib {
  return { tables: {} };
}

export function fibTable(fib: Fib, id: number): FibTable {
  fib.tables[id] ??= { lengths: [], byLength: Array.from({ length: 33 }, () => null) };
  return fib.tables[id];
}

/** Maps are keyed by int32, which engines hold without a box. */
function keyOf(destination: number, prefixLen: number): number {
  return (destination & maskOf(prefixLen)) | 0;
}

/** The routes of exactly this prefix, best first: higher TOS, then lower metric, then as `fibInsert` was told. */
export function prefixRoutes(table: FibTable, destination: Ipv4, prefixLen: number): Route[] {
  return table.byLength[prefixLen]?.get(keyOf(destination, prefixLen)) ?? [];
}

/** Puts a route before (or, for `append`, behind) those of the same prefix, TOS and metric. */
export function fibInsert(table: FibTable, route: Route, append: boolean): void {
  let map = table.byLength[route.prefixLen];
  if (!map) {
    map = new Map();
    table.byLength[route.prefixLen] = map;
    table.lengths.push(route.prefixLen);
    table.lengths.sort((x, y) => y - x);
  }
  const key = keyOf(route.destination, route.prefixLen);
  const list = map.get(key);
  if (list === undefined) {
    map.set(key, [route]);
    return;
  }
  let at = 0;
  while (at < list.length && goesBefore(list[at] as Route, route, append)) at++;
  list.splice(at, 0, route);
}

function goesBefore(there: Route, added: Route, append: boolean): boolean {
  if (there.tos !== added.tos) return there.tos > added.tos;
  return there.metric < added.metric || (append && there.metric === added.metric);
}

/** Takes a route out; it must be the very record that stands in the table. */
export function fibRemove(table: FibTable, route: Route): void {
  const map = table.byLength[route.prefixLen];
  const key = keyOf(route.destination, route.prefixLen);
  const list = map?.get(key);
  if (!map || list === undefined) return;
  const at = list.indexOf(route);
  if (at >= 0) list.splice(at, 1);
  if (list.length > 0) return;
  map.delete(key);
  if (map.size > 0) return;
  table.byLength[route.prefixLen] = null;
  table.lengths.splice(table.lengths.indexOf(route.prefixLen), 1);
}

/** All routes as the kernel dumps them: by rising destination, of one destination the longest prefix first. */
export function tableRoutes(table: FibTable): Route[] {
  const all: Route[] = [];
  for (const length of table.lengths) for (const list of table.byLength[length]?.values() ?? []) all.push(...list);
  return all.sort((x, y) => x.destination - y.destination || y.prefixLen - x.prefixLen);
}

/** Every route of every table. */
export function* allRoutes(fib: Fib): Generator<[FibTable, Route]> {
  for (const id of Object.keys(fib.tables)) {
    const table = fib.tables[Number(id)] as FibTable;
    for (const route of tableRoutes(table)) yield [table, route];
  }
}

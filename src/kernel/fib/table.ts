/**
 * One routing table: its routes in a row, the longest prefix first. Mirrors net/ipv4/fib_trie.c in what it answers, not in how it
 * is built: a host has a handful of routes, and looking through two short arrays is faster than following a trie's pointers.
 */
import { type Ipv4, maskOf } from "../../wire/address.ts";
import type { Fib, FibTable, Route } from "../types.ts";

export function createFib(): Fib {
  return { tables: {} };
}

export function fibTable(fib: Fib, id: number): FibTable {
  fib.tables[id] ??= { routes: [], keys: [] };
  return fib.tables[id];
}

/** The routes of exactly this prefix, best first: higher TOS, then lower metric, then as `fibInsert` was told. */
export function prefixRoutes(table: FibTable, destination: Ipv4, prefixLen: number): Route[] {
  return table.routes.filter((route) => route.prefixLen === prefixLen && route.destination === destination);
}

/** Puts a route before (or, for `append`, behind) those of the same prefix, TOS and metric. */
export function fibInsert(table: FibTable, route: Route, append: boolean): void {
  let at = 0;
  while (at < table.routes.length && goesBefore(table.routes[at] as Route, route, append)) at++;
  table.routes.splice(at, 0, route);
  const mask = maskOf(route.prefixLen) | 0;
  table.keys.splice(2 * at, 0, route.destination & mask, mask);
}

function goesBefore(there: Route, added: Route, append: boolean): boolean {
  if (there.prefixLen !== added.prefixLen) return there.prefixLen > added.prefixLen;
  if (there.destination !== added.destination) return there.destination < added.destination;
  if (there.tos !== added.tos) return there.tos > added.tos;
  return there.metric < added.metric || (append && there.metric === added.metric);
}

/** Takes a route out; it must be the very record that stands in the table. */
export function fibRemove(table: FibTable, route: Route): void {
  const at = table.routes.indexOf(route);
  if (at < 0) return;
  table.routes.splice(at, 1);
  table.keys.splice(2 * at, 2);
}

/** All routes as the kernel dumps them: by rising destination, of one destination the longest prefix first. */
export function tableRoutes(table: FibTable): Route[] {
  return table.routes.toSorted((x, y) => x.destination - y.destination || y.prefixLen - x.prefixLen);
}

/** Every route of every table. */
export function* allRoutes(fib: Fib): Generator<[FibTable, Route]> {
  for (const id of Object.keys(fib.tables)) {
    const table = fib.tables[Number(id)] as FibTable;
    for (const route of tableRoutes(table)) yield [table, route];
  }
}

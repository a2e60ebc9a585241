/**
 * One routing table: its routes in a row, the longest prefix first. Mirrors net/ipv4/fib_trie.c in what it answers, not in how it
 * is built: a host has a handful of routes, and looking through two short arrays is faster than following a trie's pointers.
 */
import { type Ipv4, maskOf } from "../../wire/address.ts";
import { type Fib, type FibTable, type Route, RT_TABLE_LOCAL, RT_TABLE_MAIN } from "../types.ts";

export function createFib(): Fib {
  return { local: createTable(), main: createTable(), others: new Map() };
}

function createTable(): FibTable {
  return { routes: [], keys: [], generation: 0 };
}

/** The table of that id, or undefined where there is none. */
export function findFibTable(fib: Fib, id: number): FibTable | undefined {
  if (id === RT_TABLE_LOCAL) return fib.local;
  return id === RT_TABLE_MAIN ? fib.main : fib.others.get(id);
}

/** The table of that id, made where there is none. */
export function fibTable(fib: Fib, id: number): FibTable {
  const found = findFibTable(fib, id);
  if (found !== undefined) return found;
  const made = createTable();
  fib.others.set(id, made);
  return made;
}

/** The ids of the tables that there are, rising. */
export function fibTableIds(fib: Fib): number[] {
  return [...fib.others.keys(), RT_TABLE_MAIN, RT_TABLE_LOCAL].sort((x, y) => x - y);
}

/** The routes of exactly this prefix, best first: higher TOS, then lower metric, then as `fibInsert` was told. */
export function prefixRoutes(table: FibTable, destination: Ipv4, prefixLen: number): Route[] {
  return table.routes.filter((route) => route.prefixLen === prefixLen && route.destination === destination);
}

/** Puts a route before (or, for `append`, behind) those of the same prefix, TOS and metric. */
export function fibInsert(table: FibTable, route: Route, append: boolean): void {
  table.generation++;
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
  table.generation++;
  table.routes.splice(at, 1);
  table.keys.splice(2 * at, 2);
}

/** All routes as the kernel dumps them: by rising destination, of one destination the longest prefix first. */
export function tableRoutes(table: FibTable): Route[] {
  return table.routes.toSorted((x, y) => x.destination - y.destination || y.prefixLen - x.prefixLen);
}

/** Every route of every table. */
export function* allRoutes(fib: Fib): Generator<[FibTable, Route]> {
  for (const id of fibTableIds(fib)) {
    const table = fibTable(fib, id);
    for (const route of tableRoutes(table)) yield [table, route];
  }
}

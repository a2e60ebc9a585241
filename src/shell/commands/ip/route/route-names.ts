/** Names of routing tables, protocols, types and scopes: /etc/iproute2/rt_tables, rt_protos, and lib/rt_names.c. */
import { type RouteType, RT_TABLE_LOCAL, RT_TABLE_MAIN } from "../../../../kernel/types.ts";
import { unsigned } from "../number.ts";

export const RT_TABLE_DEFAULT = 253;

const TABLES: Readonly<Record<string, number>> = {
  default: RT_TABLE_DEFAULT,
  main: RT_TABLE_MAIN,
  local: RT_TABLE_LOCAL,
  unspec: 0,
};

const PROTOCOLS: Readonly<Record<string, number>> = {
  unspec: 0,
  redirect: 1,
  kernel: 2,
  boot: 3,
  static: 4,
  gated: 8,
  ra: 9,
  mrt: 10,
  zebra: 11,
  bird: 12,
  dnrouted: 13,
  xorp: 14,
  ntk: 15,
  dhcp: 16,
  keepalived: 18,
  babel: 42,
  openr: 99,
  bgp: 186,
  isis: 187,
  ospf: 188,
  rip: 189,
  eigrp: 192,
};

const TYPES: readonly RouteType[] = ["unicast", "local", "broadcast", "blackhole", "unreachable", "prohibit", "throw"];

/** Types that iproute2 knows and this kernel does not. */
export const OTHER_TYPES: readonly string[] = ["multicast", "nat", "anycast", "xresolve"];

export function tableOf(text: string): number | null {
  return Object.hasOwn(TABLES, text) ? (TABLES[text] as number) : unsigned(text);
}

export function tableName(id: number): string {
  return Object.entries(TABLES).find(([, n]) => n === id)?.[0] ?? String(id);
}

/** The protocol's name, also when its number was given; null for neither. */
export function protocolOf(text: string): string | null {
  if (Object.hasOwn(PROTOCOLS, text)) return text;
  const number = unsigned(text, 255);
  if (number === null) return null;
  return Object.entries(PROTOCOLS).find(([, n]) => n === number)?.[0] ?? String(number);
}

export function routeTypeOf(text: string): RouteType | null {
  return TYPES.find((type) => type === text) ?? null;
}

const SCOPES: Readonly<Record<string, number>> = {
  global: 0,
  universe: 0,
  site: 200,
  link: 253,
  host: 254,
  nowhere: 255,
};

export function scopeName(scope: number): string {
  return Object.entries(SCOPES).find(([, n]) => n === scope)?.[0] ?? String(scope);
}

/** A scope by name or number, or null. */
export function scopeOf(text: string): number | null {
  return Object.hasOwn(SCOPES, text) ? (SCOPES[text] as number) : unsigned(text, 255);
}

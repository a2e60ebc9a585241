/** getent hosts|ahosts|ahostsv4|services|protocols|passwd: glibc 2.36. */
import { formatIpv4, parseIpv4 } from "../../wire/address.ts";
import { DNS_TYPE_A, DNS_TYPE_AAAA } from "../../wire/dns.ts";
import { SERVICES } from "../../wire/filter/services.ts";
import { exit, fail, write } from "../process.ts";
import { USERS, type User } from "../system/users.ts";
import type { Program, Sys } from "../types.ts";
import { hostsEntries, hostsEntryOf } from "./hosts.ts";
import { askAddress, createResolver, lookUpAddress, lookUpName, type Resolver, resolverWake } from "./resolver.ts";

interface Getent {
  resolver: Resolver;
  database: string;
  keys: string[];
  missing: boolean;
}

function start(sys: Sys, argv: string[]): void {
  const [, database, ...keys] = argv;
  if (database === undefined) return fail(sys, "Usage: getent [OPTION...] database [key ...]\n", 1);
  if (!["hosts", "ahosts", "ahostsv4", "services", "protocols", "passwd"].includes(database)) {
    return fail(
      sys,
      `Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
      1,
    );
  }
  const s: Getent = { resolver: createResolver(), database, keys, missing: false };
  sys.proc.locals = s;
  if (database === "services") return services(sys, keys);
  if (database === "protocols") return protocols(sys, keys);
  if (database === "passwd") return passwd(sys, keys);
  if (keys.length === 0) return allHosts(sys);
  proceed(sys, s);
}

function row(address: string, names: readonly string[]): string {
  return `${address.padEnd(15)} ${names.join(" ")}\n`;
}

function allHosts(sys: Sys): void {
  // Asked for IPv4, nss_files takes IPv6's loopback for its own.
  const all = hostsEntries(sys).map((e) => (e.address === "::1" ? { ...e, address: "127.0.0.1" } : e));
  const entries = all.filter((e) => parseIpv4(e.address) !== null);
  write(sys, 1, entries.map((e) => row(e.address, e.names)).join(""));
  exit(sys, 0);
}

/** Other names of services, as netbase's /etc/services has them. */
const SERVICE_ALIASES: Readonly<Record<string, string>> = {
  http: "www",
  smtp: "mail",
  pop3: "pop-3",
  sunrpc: "portmapper",
};

function services(sys: Sys, keys: readonly string[]): void {
  const all = SERVICES.flatMap(({ name, port, protocol }) =>
    (protocol === "both" ? ["tcp", "udp"] : [protocol]).map((proto) => ({
      name,
      port,
      proto,
      alias: SERVICE_ALIASES[name],
    })),
  );
  // Of a key the first that fits: NAME, PORT, or either with /PROTOCOL.
  const found = keys.map((key) => {
    const [wanted = "", proto] = key.split("/");
    const named = (s: (typeof all)[number]) => s.name === wanted || s.alias === wanted || String(s.port) === wanted;
    return all.find((s) => named(s) && (proto === undefined || proto === s.proto));
  });
  for (const s of keys.length === 0 ? all : found) {
    if (s) write(sys, 1, `${s.name.padEnd(21)} ${s.port}/${s.proto}${s.alias === undefined ? "" : ` ${s.alias}`}\n`);
  }
  exit(sys, found.includes(undefined) ? 2 : 0);
}

/** Of /etc/protocols those that are met here. */
const PROTOCOLS: readonly [name: string, number: number, alias: string][] = [
  ["ip", 0, "IP"],
  ["icmp", 1, "ICMP"],
  ["igmp", 2, "IGMP"],
  ["ipencap", 4, "IP-ENCAP"],
  ["tcp", 6, "TCP"],
  ["udp", 17, "UDP"],
  ["ipv6", 41, "IPv6"],
  ["gre", 47, "GRE"],
  ["esp", 50, "IPSEC-ESP"],
  ["ah", 51, "IPSEC-AH"],
  ["ipv6-icmp", 58, "IPv6-ICMP"],
  ["sctp", 132, "SCTP"],
];

function protocols(sys: Sys, keys: readonly string[]): void {
  if (keys.length === 0) return fail(sys, "playground: getent protocols without a name is not simulated\n", 1);
  const found = keys.map((key) =>
    PROTOCOLS.find(([name, number, alias]) => [name, String(number), alias].includes(key)),
  );
  for (const p of found) if (p) write(sys, 1, `${p[0].padEnd(21)} ${p[1]} ${p[2]}\n`);
  exit(sys, found.includes(undefined) ? 2 : 0);
}

function passwd(sys: Sys, keys: readonly string[]): void {
  const wanted = (u: User) => keys.length === 0 || keys.includes(u.name) || keys.includes(String(u.uid));
  const found = USERS.filter(wanted);
  for (const u of found) write(sys, 1, `${u.name}:x:${u.uid}:${u.gid}:${u.name}:${u.home}:${u.shell}\n`);
  exit(sys, found.length > 0 ? 0 : 2);
}

function proceed(sys: Sys, s: Getent): void {
  for (let key = s.keys[0]; key !== undefined; key = s.keys[0]) {
    const text = s.database === "hosts" ? hosts(sys, s, key) : ahosts(sys, s, key);
    if (text === null) return;
    if (text === "") s.missing = true;
    write(sys, 1, text);
    s.keys.shift();
  }
  exit(sys, s.missing ? 2 : 0);
}

/** IPv6 is looked for first, in the file and by DNS, then IPv4: gethostbyname2(3) twice. Null: under way. */
function hosts(sys: Sys, s: Getent, key: string): string | null {
  const number = parseIpv4(key);
  if (number !== null) {
    const name = lookUpName(sys, s.resolver, number);
    return name && (name.name === null ? "" : row(key, [name.name]));
  }
  const over6 = hostsEntries(sys).find((e) => e.address.includes(":") && e.names.includes(key));
  if (over6) return row(over6.address, over6.names);
  if (!askAddress(sys, s.resolver, key, [DNS_TYPE_AAAA])) return null;
  const entry = hostsEntryOf(sys, key);
  if (entry) return row(entry.address, entry.names);
  const answer = lookUpAddress(sys, s.resolver, key, [DNS_TYPE_A]);
  if (!answer) return null;
  return answer.addresses.map((a) => row(formatIpv4(a), [answer.name ?? key])).join("");
}

/** AI_ADDRCONFIG: IPv6 is not asked for where no device has more than a link-local address of it. */
function ahosts(sys: Sys, s: Getent, key: string): string | null {
  const answer = lookUpAddress(sys, s.resolver, key, [DNS_TYPE_A]);
  if (!answer) return null;
  const types = ["STREAM", "DGRAM ", "RAW   "];
  const lines = (address: string) =>
    types.map((t, i) => `${address.padEnd(15)} ${t}${i === 0 ? ` ${key}` : ""}\n`).join("");
  return answer.addresses.map((a) => lines(formatIpv4(a))).join("");
}

export const getent: Program = {
  path: "/usr/bin/getent",
  about: "names and addresses as the system knows them",
  start,
  wake(sys, why) {
    const s = sys.proc.locals as Getent;
    if (resolverWake(sys, s.resolver, why)) proceed(sys, s);
  },
};

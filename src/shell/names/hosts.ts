/** Names and addresses as far as they are known without asking anybody: numbers and /etc/hosts. */
import type { Ipv4 } from "../../wire/address.ts";
import { inetAton, parseIpv4 } from "../../wire/address.ts";
import { readFile } from "../files.ts";
import type { Sys } from "../types.ts";

/** Lines of /etc/hosts: address and names. */
export function hostsEntries(sys: Sys): { address: string; names: string[] }[] {
  const { node, netns, cwd } = sys.proc;
  const text = readFile(sys.world, { node, netns, cwd }, "/etc/hosts");
  if (typeof text === "number") return [];
  return text.split("\n").flatMap((line) => {
    const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    return address && names.length > 0 ? [{ address, names }] : [];
  });
}

/** An address written as a number or standing in /etc/hosts; null otherwise. */
export function knownAddress(sys: Sys, name: string): Ipv4 | null {
  const number = inetAton(name);
  if (number !== null) return number;
  const entry = hostsEntryOf(sys, name);
  return entry && parseIpv4(entry.address);
}

/** The first line of /etc/hosts that has an IPv4 address for a name, or null. Its first name is the canonical one. */
export function hostsEntryOf(sys: Sys, name: string): { address: string; names: string[] } | null {
  const wanted = name.toLowerCase();
  const has = ({ address, names }: { address: string; names: string[] }) =>
    parseIpv4(address) !== null && names.some((n) => n.toLowerCase() === wanted);
  return hostsEntries(sys).find(has) ?? null;
}

/** The first name that /etc/hosts has for an address, or null. */
export function nameFor(sys: Sys, address: Ipv4): string | null {
  return hostsEntries(sys).find((e) => parseIpv4(e.address) === address)?.names[0] ?? null;
}

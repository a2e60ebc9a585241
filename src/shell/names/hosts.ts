/** Names and addresses as far as they are known without asking anybody: numbers and /etc/hosts. */
import type { Ipv4 } from "../../wire/address.ts";
import { parseIpv4 } from "../../wire/address.ts";
import { readFile } from "../files.ts";
import type { Sys } from "../types.ts";

/** inet_aton(3): a.b.c.d, a.b.c, a.b or a, each decimal, octal or hexadecimal. */
export function inetAton(text: string): Ipv4 | null {
  const parts = text.split(".");
  if (parts.length > 4 || !parts.every((p) => /^(0[xX][0-9a-fA-F]+|\d+)$/.test(p))) return null;
  const numbers = parts.map((p) => (/^0\d/.test(p) ? Number.parseInt(p, 8) : Number(p)));
  const last = numbers.pop() as number;
  if (numbers.some((n) => !(n <= 255)) || !(last < 256 ** (4 - numbers.length))) return null;
  const high = numbers.reduce((sum, n, i) => sum + n * 256 ** (3 - i), 0);
  return (high + last) as Ipv4;
}

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
  const wanted = name.toLowerCase();
  for (const { address, names } of hostsEntries(sys)) {
    const parsed = parseIpv4(address);
    if (parsed !== null && names.some((n) => n.toLowerCase() === wanted)) return parsed;
  }
  return null;
}

/** The first name that /etc/hosts has for an address, or null. */
export function nameFor(sys: Sys, address: Ipv4): string | null {
  return hostsEntries(sys).find((e) => parseIpv4(e.address) === address)?.names[0] ?? null;
}

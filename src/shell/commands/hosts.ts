/** Addresses from what people write: dotted numbers, and names in /etc/hosts. Names that only DNS knows are not looked up. */
import type { Ipv4 } from "../../wire/address.ts";
import { parseIpv4 } from "../../wire/address.ts";
import { readFile } from "../files.ts";
import type { Sys } from "../types.ts";
import { looseIpv4 } from "./ip/args.ts";

function hostsLines(sys: Sys): string[][] {
  const text = readFile(sys.world, sys.proc, "/etc/hosts");
  if (typeof text === "number") return [];
  return text.split("\n").map((line) => (line.split("#")[0] as string).trim().split(/\s+/));
}

/** The IPv4 address of a name or of a number as inet_aton(3) takes it; null if there is none. */
export function hostAddress(sys: Sys, text: string): Ipv4 | null {
  if (/^[0-9]/.test(text)) return numericAddress(text);
  for (const [address, ...names] of hostsLines(sys)) if (names.includes(text)) return parseIpv4(address as string);
  return null;
}

/** inet_aton(3): with fewer than four numbers the last one fills what is left. */
function numericAddress(text: string): Ipv4 | null {
  const parts = text.split(".");
  if (parts.length === 4) return looseIpv4(text);
  const last = Number(parts.pop());
  if (parts.length > 2 || !Number.isInteger(last) || last < 0 || last >= 256 ** (4 - parts.length)) return null;
  let address = 0;
  for (const part of parts) {
    if (!/^\d+$/.test(part) || Number(part) > 255) return null;
    address = address * 256 + Number(part);
  }
  return (address * 256 ** (4 - parts.length) + last) as Ipv4;
}

/** The first name that /etc/hosts has for an address, or null. */
export function hostName(sys: Sys, address: string): string | null {
  return hostsLines(sys).find((words) => words[0] === address)?.[1] ?? null;
}

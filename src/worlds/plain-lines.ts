/**
 * The usual routes and rules of a world's machines, put straight into the kernel: the same entries as the programs `ip` and `iptables`
 * make of these words, without waiting for the programs. A test holds the two ways together.
 */
import { masquerade, net, rule } from "../docker/firewall/rules.ts";
import { fibAdd } from "../kernel/fib/fib.ts";
import { nfAppend } from "../kernel/netfilter/admin.ts";
import { type Machine, Scope } from "../kernel/types.ts";
import { devByName } from "../kernel/world.ts";
import { cidr, ipv4 } from "../wire/address.ts";
import type { PlaygroundWorld } from "./types.ts";

const ADDRESS = "\\d+\\.\\d+\\.\\d+\\.\\d+";
const ROUTE = new RegExp(`^(default|${ADDRESS}/\\d+) via (${ADDRESS}) dev (\\S+)$`);
const MASQUERADE = new RegExp(`^-t nat -A POSTROUTING -o ([^\\s+]+) -s (${ADDRESS}/\\d+) -j MASQUERADE$`);

/** Adds "default via 192.168.1.1 dev eth0"; false when the words are of another form, or name what isn't there. */
export function addPlainRoute(world: PlaygroundWorld, machine: Machine, words: string): boolean {
  const [, prefix = "", gateway = "", name = ""] = ROUTE.exec(words) ?? [];
  const device = devByName(world, machine.initNetns, name);
  if (device === null) return false;
  const { address, prefixLength } = cidr(prefix === "default" ? "0.0.0.0/0" : prefix);
  const spec = { destination: address, prefixLen: prefixLength, gateway: ipv4(gateway), dev: device.id };
  return fibAdd(world, machine.initNetns, { ...spec, scope: Scope.UNIVERSE }, "add").errno === 0;
}

/** Appends "-t nat -A POSTROUTING -o eth1 -s 192.168.1.0/24 -j MASQUERADE"; false when the words are of another form. */
export function addPlainRule(world: PlaygroundWorld, machine: Machine, words: string): boolean {
  const found = MASQUERADE.exec(words);
  if (found === null) return false;
  const [, out = "", source = ""] = found;
  const made = rule({ out, source: net(cidr(source)), target: masquerade() });
  return nfAppend(world, machine.initNetns, "nat", "POSTROUTING", made) === 0;
}

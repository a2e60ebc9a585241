/**
 * The nat rules of a container's own namespace that bring questions for 127.0.0.11:53 to the ports on which dockerd listens there,
 * and let its answers come from port 53 (libnetwork's resolver_unix.go).
 */
import { nfAppend, nfNewChain } from "../../kernel/netfilter/admin.ts";
import { nfFindChain, nfTable } from "../../kernel/netfilter/tables.ts";
import type { NfTarget } from "../../kernel/netfilter/types.ts";
import type { NetnsId } from "../../kernel/types.ts";
import type { Ipv4 } from "../../wire/address.ts";
import { DNS_PORT } from "../../wire/dns.ts";
import type { DockerWorld } from "../types.ts";
import { dnatTo, fromPort, host, PROTOCOL_NUMBER, rule, snatToPort, toPort } from "./rules.ts";

const OUTPUT = "DOCKER_OUTPUT";
const POSTROUTING = "DOCKER_POSTROUTING";

/** @param ports where the server at `server` really listens */
export function addDnsRules(
  world: DockerWorld,
  space: NetnsId,
  server: Ipv4,
  ports: Readonly<Record<"tcp" | "udp", number>>,
): void {
  const to = { destination: host(server) };
  for (const chain of [OUTPUT, POSTROUTING]) nfNewChain(world, space, "nat", chain);
  const jump = (chain: string): NfTarget => {
    return { kind: "jump", chain: nfFindChain(nfTable(world, space, "nat"), chain), goto: false };
  };
  nfAppend(world, space, "nat", "OUTPUT", rule({ ...to, target: jump(OUTPUT) }));
  nfAppend(world, space, "nat", "POSTROUTING", rule({ ...to, target: jump(POSTROUTING) }));
  for (const name of ["tcp", "udp"] as const) {
    const protocol = PROTOCOL_NUMBER[name];
    const asked = { ...to, protocol, matches: [toPort(name, DNS_PORT)], target: dnatTo(server, ports[name]) };
    const answered = { protocol, matches: [fromPort(name, ports[name])], target: snatToPort(DNS_PORT) };
    nfAppend(world, space, "nat", OUTPUT, rule(asked));
    nfAppend(world, space, "nat", POSTROUTING, rule({ source: host(server), ...answered }));
  }
}

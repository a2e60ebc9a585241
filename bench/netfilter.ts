/** The same networks with netfilter on: the rules that dockerd makes, and a long chain that every packet walks to its end. */
import { assert } from "../src/base/assert.ts";
import { nfAppend, nfNewChain, nfPolicy } from "../src/kernel/netfilter/admin.ts";
import { emptyConntrack, emptyRange } from "../src/kernel/netfilter/empty.ts";
import { emptyRule, nfFindChain, nfTable } from "../src/kernel/netfilter/tables.ts";
import {
  AddrTypeBit,
  CtStateBit,
  type InterfaceSpec,
  type NfMatch,
  type NfRule,
  type NfTarget,
  type TableName,
} from "../src/kernel/netfilter/types.ts";
import type { World } from "../src/kernel/types.ts";
import { type Ipv4, ipv4 } from "../src/wire/address.ts";
import type { Network } from "./network.ts";

const HOST = 0;
const BRIDGE = "br0";

function ok(error: number): void {
  assert(error === 0, `errno ${error}`);
}

function rule(world: World, table: TableName, chain: string, fields: Partial<NfRule>, to?: string): void {
  const target: NfTarget =
    to === undefined
      ? (fields.target ?? { kind: "NONE" })
      : { kind: "jump", chain: nfFindChain(nfTable(world, HOST, table), to), goto: false };
  ok(nfAppend(world, HOST, table, chain, { ...emptyRule(), ...fields, target }));
}

const bridge = (invert = false): InterfaceSpec => ({ name: BRIDGE, invert });

/** What dockerd writes when it starts, for the benchmark's bridge. */
export function withDockerRules(network: Network): Network {
  const { world } = network;
  const chains = ["DOCKER", "DOCKER-ISOLATION-STAGE-1", "DOCKER-ISOLATION-STAGE-2", "DOCKER-USER"] as const;
  for (const chain of chains) ok(nfNewChain(world, HOST, "filter", chain));
  const accept = { target: { kind: "ACCEPT" } } as const;
  const back = { target: { kind: "RETURN" } } as const;
  const states = { bits: CtStateBit.ESTABLISHED | CtStateBit.RELATED, invert: false };
  const established: NfMatch = { ...emptyConntrack(), states };
  ok(nfPolicy(world, HOST, "filter", "FORWARD", "DROP"));
  rule(world, "filter", "FORWARD", {}, "DOCKER-USER");
  rule(world, "filter", "FORWARD", {}, "DOCKER-ISOLATION-STAGE-1");
  rule(world, "filter", "FORWARD", { outInterface: bridge(), matches: [established], ...accept });
  rule(world, "filter", "FORWARD", { outInterface: bridge() }, "DOCKER");
  rule(world, "filter", "FORWARD", { inInterface: bridge(), outInterface: bridge(true), ...accept });
  rule(world, "filter", "FORWARD", { inInterface: bridge(), outInterface: bridge(), ...accept });
  const away = { inInterface: bridge(), outInterface: bridge(true) };
  rule(world, "filter", "DOCKER-ISOLATION-STAGE-1", away, "DOCKER-ISOLATION-STAGE-2");
  rule(world, "filter", "DOCKER-ISOLATION-STAGE-1", back);
  rule(world, "filter", "DOCKER-ISOLATION-STAGE-2", { outInterface: bridge(), target: { kind: "DROP" } });
  rule(world, "filter", "DOCKER-ISOLATION-STAGE-2", back);
  rule(world, "filter", "DOCKER-USER", back);
  ok(nfNewChain(world, HOST, "nat", "DOCKER"));
  const local: NfMatch = {
    kind: "addrtype",
    source: null,
    destination: { bits: AddrTypeBit.LOCAL, invert: false },
    limitIface: null,
  };
  rule(world, "nat", "PREROUTING", { matches: [local] }, "DOCKER");
  rule(world, "nat", "POSTROUTING", {
    source: { address: ipv4("10.0.0.0"), mask: 0xffff_0000, invert: false },
    outInterface: bridge(true),
    target: { kind: "MASQUERADE", range: emptyRange() },
  });
  return network;
}

/** `count` rules in FORWARD that look at the source and never match. */
export function withLongChain(network: Network, count: number): Network {
  for (let i = 0; i < count; i++) {
    const address = (ipv4("192.0.2.0") + (i & 0xff)) as Ipv4;
    rule(network.world, "filter", "FORWARD", {
      source: { address, mask: 0xffff_ffff, invert: false },
      target: { kind: "DROP" },
    });
  }
  return network;
}

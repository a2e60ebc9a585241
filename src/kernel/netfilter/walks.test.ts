import { expect, test } from "vitest";
import { type Random, randomBelow, seedRandom } from "../../base/random.ts";
import { ipv4 } from "../../wire/address.ts";
import { echo, pass, pingSocket } from "../testing/inet.ts";
import { rowsOf } from "../testing/lab.ts";
import { addRule, createRouterLab, type RouterLab } from "../testing/router.ts";
import { nfNewChain, nfPolicy } from "./admin.ts";
import { forgetPrograms, nfTable } from "./tables.ts";
import { CtStateBit, type NfMatch, type NfRule, type NfTarget } from "./types.ts";

const CHAINS = ["A", "B", "C"];

function oneOf<T>(r: Random, list: readonly T[]): T {
  return list[randomBelow(r, list.length)] as T;
}

function randomRule(r: Random): Partial<NfRule> {
  const prefix = () => ({ address: ipv4(oneOf(r, ["10.0.0.0", "10.0.1.0", "198.51.0.0"])), mask: 0xffff_ff00 });
  const invert = randomBelow(r, 4) === 0;
  const states = { bits: CtStateBit.ESTABLISHED, invert };
  const matches: NfMatch[][] = [
    [{ kind: "state", states: states.bits, invert }],
    [{ kind: "ttl", compare: "eq", value: oneOf(r, [63, 64]) }],
    [{ kind: "limit", count: 1, unit: "second", burst: 3, credit: -1, prev_ns: -1 }],
  ];
  const targets: NfTarget[] = [
    { kind: "NONE" },
    { kind: "NONE" },
    { kind: "RETURN" },
    { kind: "ACCEPT" },
    { kind: "DROP" },
    { kind: "MARK", value: 1, mask: 0xff },
  ];
  return {
    source: randomBelow(r, 3) === 0 ? { ...prefix(), invert } : null,
    destination: randomBelow(r, 3) === 0 ? { ...prefix(), invert } : null,
    inInterface: randomBelow(r, 3) === 0 ? { name: oneOf(r, ["c0", "c1", "s0", "c+"]), invert } : null,
    protocol: randomBelow(r, 5) === 0 ? { number: oneOf(r, [1, 17]), invert } : null,
    matches: randomBelow(r, 3) === 0 ? oneOf(r, matches) : [],
    target: oneOf(r, targets),
  };
}

/** A router with random rules in a few chains, which the same seed makes again. */
function randomRouter(seed: number): RouterLab {
  const lab = createRouterLab(2, 2, seed);
  const { world, router } = lab;
  const r = seedRandom(seed);
  for (const chain of CHAINS) nfNewChain(world, router, "mangle", chain);
  for (let i = 0; i < 24; i++) {
    const at = randomBelow(r, 4);
    const to = randomBelow(r, 2) === 0 ? CHAINS[at] : undefined;
    addRule(world, router, "mangle", at === 0 ? "FORWARD" : (CHAINS[at - 1] as string), randomRule(r), to);
  }
  addRule(world, router, "filter", "FORWARD", { matches: [{ kind: "state", states: CtStateBit.NEW, invert: false }] });
  return lab;
}

/** Pings from everywhere to everywhere, with another policy from the middle on. What the trace and the counters say in the end. */
function outcome({ world, router, clients, servers }: RouterLab, before: () => void): unknown {
  const sockets = clients.map((client) => pingSocket(world, client));
  for (let n = 0; n < 24; n++) {
    before();
    if (n === 12) nfPolicy(world, router, "mangle", "FORWARD", "DROP");
    if (n === 18) nfPolicy(world, router, "mangle", "FORWARD", "ACCEPT");
    const from = sockets[n % 2] as number;
    echo(world, from, `198.51.${(n >> 1) % servers.length}.2`, n);
    pass(world, 0.1);
  }
  const counters = nfTable(world, router, "mangle").chains.map((chain) => [
    chain?.packets,
    chain?.bytes,
    chain?.rules.map(({ packets, bytes }) => [packets, bytes]),
  ]);
  return [rowsOf(world), counters, world.nfMet.length];
}

test("a walk that is gone again counts, tells and decides as one through the rules", () => {
  let kept = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const lab = randomRouter(seed);
    const careful = randomRouter(seed);
    const { world, router } = careful;
    const forgetful = outcome(careful, () => forgetPrograms(world.netns[router]!));
    expect(outcome(lab, () => {})).toEqual(forgetful);
    kept += nfTable(lab.world, lab.router, "mangle").chains.filter((chain) => chain?.walks).length;
  }
  expect(kept).toBeGreaterThan(5);
});

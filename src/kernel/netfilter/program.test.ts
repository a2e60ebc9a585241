import { expect, test } from "vitest";
import { ipv4 } from "../../wire/address.ts";
import { copyWorld } from "../clone.ts";
import { devRename } from "../netdev/device.ts";
import { drain, echo, pass, pingSocket } from "../testing/inet.ts";
import { addRule, createRouterLab, type RouterLab } from "../testing/router.ts";
import type { World } from "../types.ts";
import { devByName } from "../world.ts";
import { nfDeleteAt, nfNewChain, nfRenameChain } from "./admin.ts";
import { nfFindTable } from "./tables.ts";
import { CtStateBit, type NfMatch } from "./types.ts";

/** `count` questions of client 0 to server 0 and their answers pass the router. */
function ping({ clients }: RouterLab, world: World, count = 1): number {
  const id = pingSocket(world, clients[0]!);
  for (let i = 0; i < count; i++) {
    echo(world, id, "198.51.0.2", i);
    pass(world, 0.1);
  }
  return drain(world, id).length;
}

function packets({ router }: RouterLab, world: World): number[] {
  const chain = nfFindTable(world, router, "filter")?.chains.find((one) => one?.name === "FORWARD");
  return chain?.rules.map((rule) => rule.packets) ?? [];
}

const by = (name: string, invert = false) => ({ inInterface: { name, invert } });
const host = (address: string, invert: boolean) => ({ address: ipv4(address), mask: 0xffff_ffff, invert });

test("rules about devices follow their names, as devices are renamed", () => {
  const lab = createRouterLab(1, 1);
  const { world, router } = lab;
  for (const fields of [by("c0"), by("wan"), by("c0", true), by("wa+")])
    addRule(world, router, "filter", "FORWARD", fields);
  ping(lab, world);
  expect(packets(lab, world)).toEqual([1, 0, 1, 0]);
  devRename(world, devByName(world, router, "c0")!.id, "wan");
  ping(lab, world);
  expect(packets(lab, world)).toEqual([1, 1, 3, 1]);
});

test("addresses that must not be, masks, and protocols one by one", () => {
  const lab = createRouterLab(1, 1);
  const { world, router } = lab;
  const add = (fields: Parameters<typeof addRule>[4]) => addRule(world, router, "filter", "FORWARD", fields);
  add({ source: host("10.0.0.2", true) });
  add({ destination: host("198.51.0.2", true), source: host("198.51.0.2", false) });
  add({ source: { address: ipv4("10.0.0.0"), mask: 0xffff_0000, invert: false } });
  add({ protocol: { number: 1, invert: true } });
  add({ protocol: { number: 255, invert: true } });
  ping(lab, world, 3);
  expect(packets(lab, world)).toEqual([3, 3, 3, 0, 6]);
});

test("the state of a connection is asked for in its turn: a limit before it has counted the packet already", () => {
  const lab = createRouterLab(1, 1);
  const { world, router } = lab;
  const once: NfMatch = { kind: "limit", count: 1, unit: "day", burst: 2, credit: -1, prev_ns: -1 };
  const answered: NfMatch = { kind: "state", states: CtStateBit.ESTABLISHED, invert: false };
  addRule(world, router, "filter", "FORWARD", { matches: [{ ...once }, answered] });
  addRule(world, router, "filter", "FORWARD", { matches: [{ kind: "comment", text: "first" }, answered, { ...once }] });
  addRule(world, router, "filter", "FORWARD", { matches: [{ ...answered, invert: true }] });
  ping(lab, world, 3);
  expect(packets(lab, world)).toEqual([1, 2, 1]);
});

test("changes and copies after packets have passed count as they should", () => {
  const lab = createRouterLab(1, 1);
  const { world, router } = lab;
  nfNewChain(world, router, "filter", "OLD");
  addRule(world, router, "filter", "FORWARD", { source: host("10.0.0.9", false) });
  addRule(world, router, "filter", "FORWARD", {}, "OLD");
  ping(lab, world);
  nfRenameChain(world, router, "filter", "OLD", "NEW");
  nfDeleteAt(world, router, "filter", "FORWARD", 1);
  const copy = copyWorld(world);
  addRule(world, router, "filter", "FORWARD", by("c0"));
  for (const one of [world, copy]) ping(lab, one);
  expect([packets(lab, world), packets(lab, copy)]).toEqual([[4, 1], [4]]);
  expect(world.nfMet.filter(({ number }) => number > 0).map(({ number, to }) => [number, to])).toEqual([
    [2, "OLD"],
    [1, "NEW"],
    [2, ""],
  ]);
});

/** The spanning tree between bridges of one host: who is the root, what is blocked, and what comes back. */
import { beforeEach, expect, test } from "vitest";
import { frameBytes } from "../../../../sim/trace.ts";
import { MAC_BROADCAST, mac } from "../../../../wire/address.ts";
import { type ConfigBpdu, parseBpdu } from "../../../../wire/bpdu.ts";
import { ETH_HLEN } from "../../../../wire/ethernet.ts";
import { addHost, createLab, type Lab, made, rowsOf, run, sendFrame } from "../../../testing/lab.ts";
import type { Bridge, NetDevice } from "../../../types.ts";
import { devClose, devOpen } from "../../device.ts";
import { createVeth } from "../../veth.ts";
import { createBridge, setBridgePriority, setPathCost } from "../bridge.ts";
import { setMaster } from "../port.ts";
import { setForwardDelay, setStp } from "./stp.ts";

const SECOND_NS = 1e9;

let lab: Lab;
let bridges: NetDevice[];
/** The links between the bridges: for each its end at the first and its end at the second. */
let links: [NetDevice, NetDevice][];

beforeEach(() => {
  lab = createLab(0);
  const { world, machine } = lab;
  bridges = ["01", "02"].map((last) => {
    const mine = mac(`02:00:00:00:00:${last}`);
    const bridge = made(createBridge(world, machine.initNetns, { name: `br${last}`, mac: mine }));
    setStp(world, bridge, true);
    setForwardDelay(bridge, 2 * SECOND_NS);
    return bridge;
  });
  links = ["a", "b"].map((name) => {
    const netns = machine.initNetns;
    const ends = made(createVeth(world, { netns, name: `${name}1` }, { netns, name: `${name}2` }));
    ends.forEach((end, i) => {
      setMaster(world, end.id, (bridges[i] as NetDevice).id);
      devOpen(world, end.id);
    });
    return [ends[0], ends[1]];
  });
  for (const { id } of bridges) devOpen(world, id);
});

const states = () => links.map((ends) => ends.map((end) => end.port?.state));
const spanning = (i: number) => ((bridges[i] as NetDevice).bridge as Bridge).spanning;

/** The BPDUs that a device has sent; null is a topology change notification. */
function said(device: NetDevice): (ConfigBpdu | null)[] {
  return rowsOf(lab.world).flatMap((row) => {
    if (row.kind !== "HOP" || row.dev !== device.id) return [];
    const b = frameBytes(lab.world.trace, row.frame) as Uint8Array;
    const read = parseBpdu(b, ETH_HLEN, b.length - ETH_HLEN);
    return read.ok ? [read.value] : [];
  });
}

test("the lower id is the root; of two links to it the second is blocked, so that nothing goes in circles", () => {
  run(lab.world, 8 * SECOND_NS);
  expect(spanning(1)).toMatchObject({ root: { priority: 0x8000, mac: bridges[0]?.mac }, rootPort: 1, rootPathCost: 2 });
  expect(states()).toEqual([
    ["forwarding", "forwarding"],
    ["forwarding", "blocking"],
  ]);
  const [first, second] = links[0] as [NetDevice, NetDevice];
  // The root speaks every two seconds; who listens to it says nothing there but that something has changed.
  expect(said(first).length).toBeGreaterThanOrEqual(3);
  expect(
    said(second)
      .slice(1)
      .every((bpdu) => bpdu === null),
  ).toBe(true);
  const before = lab.world.trace.rows;
  sendFrame(lab.world, (bridges[0] as NetDevice).id, MAC_BROADCAST, (bridges[0] as NetDevice).mac);
  run(lab.world, SECOND_NS / 2);
  const hops = rowsOf(lab.world, before).filter(({ kind }) => kind === "HOP");
  expect(hops.length).toBeLessThan(8);
});

test("where the way to the root ends, the blocked one listens, learns and forwards", () => {
  run(lab.world, 8 * SECOND_NS);
  devClose(lab.world, (links[0] as [NetDevice, NetDevice])[0].id);
  expect(links[1]?.[1].port?.state).toBe("listening");
  expect(spanning(1)?.rootPort).toBe(2);
  run(lab.world, 5 * SECOND_NS);
  expect(links[1]?.[1].port?.state).toBe("forwarding");
});

test("a root that falls silent is forgotten after its max age", () => {
  run(lab.world, 8 * SECOND_NS);
  devClose(lab.world, (bridges[0] as NetDevice).id);
  run(lab.world, 21 * SECOND_NS);
  expect(spanning(1)).toMatchObject({ root: { mac: bridges[1]?.mac }, rootPort: 0, told: null });
  expect(links[1]?.[1].port?.state).not.toBe("blocking");
});

test("a bridge that hears itself blocks one of the two ports", () => {
  run(lab.world, 8 * SECOND_NS);
  setStp(lab.world, bridges[0] as NetDevice, false);
  run(lab.world, 30 * SECOND_NS);
  expect(spanning(1)).toMatchObject({ root: { mac: bridges[1]?.mac } });
  expect(states().map(([, end]) => end)).toEqual(["forwarding", "blocking"]);
});

test("a better priority makes another root, a higher cost another way", () => {
  run(lab.world, 8 * SECOND_NS);
  setPathCost(lab.world, (links[0] as [NetDevice, NetDevice])[1].id, 100);
  expect(spanning(1)).toMatchObject({ rootPort: 2, rootPathCost: 2 });
  setBridgePriority(lab.world, bridges[1] as NetDevice, 100);
  run(lab.world, 3 * SECOND_NS);
  expect(spanning(0)).toMatchObject({ root: { priority: 100, mac: bridges[1]?.mac } });
  expect(spanning(1)).toMatchObject({ rootPort: 0 });
});

test("a port that begins to forward is told to the root, which tells everybody: entries are kept for less long", () => {
  addHost(lab);
  run(lab.world, 8 * SECOND_NS);
  run(lab.world, 40 * SECOND_NS);
  expect(spanning(0)?.topologyChange).toBe(false);
  setMaster(lab.world, (lab.ports[0] as NetDevice).id, (bridges[1] as NetDevice).id);
  run(lab.world, 5 * SECOND_NS);
  expect(said((links[0] as [NetDevice, NetDevice])[1])).toContain(null);
  expect(spanning(0)?.topologyChange).toBe(true);
  expect(said((links[0] as [NetDevice, NetDevice])[0]).some((bpdu) => bpdu?.topologyChangeAck)).toBe(true);
});

/** What a host says of itself when IPv6 gives its device an address, and what a bridge learns from it. */
import { expect, test } from "vitest";
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { frameBytes } from "../../sim/trace.ts";
import { formatMac } from "../../wire/address.ts";
import { getMac } from "../../wire/bytes.ts";
import { sysctlSet } from "../sysctl.ts";
import { createLab, type Lab, rowsOf, run } from "../testing/lab.ts";
import { isTentative } from "./addrconf.ts";
import { devClose, devOpen } from "./device.ts";

function withIpv6(lab: Lab, i: number): void {
  sysctlSet(lab.world, lab.spaces[i]!.id, "net.ipv6.conf.all.disable_ipv6", "0");
}

/** When a device sent what to which group: milliseconds, next header or ICMPv6 type. */
function said(lab: Lab, i: number): string[] {
  return rowsOf(lab.world)
    .filter((row) => row.kind === "HOP" && row.dev === lab.hosts[i]!.id)
    .map((row) => {
      const b = frameBytes(lab.world.trace, row.frame)!;
      return `${formatMac(getMac(b, 0))} ${b[20] === 0 ? b[62] : b[54]}`;
    });
}

test("two reports, the question for the address, then as its owner two reports and a call for routers", () => {
  const lab = createLab(2);
  withIpv6(lab, 0);
  const host = lab.hosts[0]!;
  expect(isTentative(lab.world, host)).toBe(true);
  run(lab.world, 3.2 * SECOND_NS);
  expect(isTentative(lab.world, host)).toBe(false);
  const frames = said(lab, 0);
  expect(frames[0]).toBe("33:33:00:00:00:16 143");
  const times = (frame: string) => frames.filter((other) => other === frame).length;
  expect(["33:33:00:00:00:16 143", "33:33:ff:00:00:01 135", "33:33:00:00:00:02 133"].map(times)).toEqual([4, 1, 1]);
  expect(frames).toHaveLength(6);
  run(lab.world, 8 * SECOND_NS);
  expect(said(lab, 0).filter((frame) => frame.endsWith(" 133"))).toHaveLength(2);
});

test("a bridge has learned where it is, whoever hears it without IPv6 drops it, and nothing leaks", () => {
  const lab = createLab(2);
  withIpv6(lab, 0);
  run(lab.world, 5 * MS_NS);
  const drops = rowsOf(lab.world).filter((row) => row.kind === "DROP");
  expect(new Set(drops.map((row) => row.dev))).toEqual(new Set([lab.bridge.id, lab.hosts[1]!.id]));
  expect(lab.world.pool.live).toBe(0);
});

test("what was begun for an address ends when the device goes down, and begins anew", () => {
  const lab = createLab(1);
  withIpv6(lab, 0);
  devClose(lab.world, lab.hosts[0]!.id);
  run(lab.world, 5 * SECOND_NS);
  expect(said(lab, 0)).toEqual([]);
  devOpen(lab.world, lab.hosts[0]!.id);
  run(lab.world, 9 * SECOND_NS);
  expect(said(lab, 0)).not.toEqual([]);
});

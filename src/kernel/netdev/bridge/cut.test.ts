/** Packets that are longer than the port that they would leave by: br_nf_dev_queue_xmit. */
import { expect, test } from "vitest";
import { Mib } from "../../snmp.ts";
import { sysctlSet } from "../../sysctl.ts";
import { createInetLab, hops } from "../../testing/inet.ts";
import { dropsAt, ping } from "../../testing/tunnel.ts";
import { devSetMtu } from "../device.ts";

/** Two hosts, the second one behind a port of 1400 bytes, and what leaves by that port when the first one sends 1500. */
function send(callsIptables: boolean, df = false): { left: string[]; drops: string[]; made: number } {
  const { world, machine, ports, hosts, spaces } = createInetLab(2);
  if (!callsIptables) sysctlSet(world, machine.initNetns, "net.bridge.bridge-nf-call-iptables", "0");
  if (!df) sysctlSet(world, spaces[0]!.id, "net.ipv4.ip_no_pmtu_disc", "1");
  ping(world, spaces[0]!.id, "10.0.0.3");
  for (const device of [ports[1]!, hosts[1]!]) devSetMtu(world, device.id, 1400);
  const from = world.trace.rows;
  ping(world, spaces[0]!.id, "10.0.0.3", 1472);
  expect(world.pool.live).toBe(0);
  const left = hops(world, from, ports[1]!.id).map((line) => line.replace(/^.*(len \d+( MF)?( \+\d+)?).*$/, "$1"));
  const { mib } = world.netns[machine.initNetns]!;
  return { left, drops: dropsAt(world, ports[1]!.id, from), made: mib[Mib.IP_FRAG_CREATES] as number };
}

test("an IPv4 packet without DF is cut to the bridge's MTU, and counted as if the host had sent it", () => {
  expect(send(true)).toEqual({ left: ["len 1396 MF", "len 124 +1376"], drops: [], made: 2 });
});

test("one with DF is dropped, and nobody is told", () => {
  expect(send(true, true)).toEqual({ left: [], drops: ["PKT_TOO_BIG"], made: 0 });
});

test("a bridge that doesn't call iptables drops it", () => {
  expect(send(false)).toEqual({ left: [], drops: ["PKT_TOO_BIG"], made: 0 });
});

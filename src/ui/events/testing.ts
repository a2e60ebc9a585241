// A little scenery for tests: nginx-1's eth0 is device 2, its veth on hostA's docker0 (device 1) is device 3.
import type { LogEntry } from "../../protocol/messages.ts";
import { address, link, node } from "../motion/testing.ts";
import { appendTrace, emptyFrames, emptyTrace } from "../store/trace-columns.ts";
import type { Scenery } from "./scenery.ts";

/** A row of the trace; what is left out is -1, `b` and the time 0. */
export interface TestRow {
  readonly kind: number;
  readonly dev: number;
  readonly t_ns?: number;
  readonly packet?: number;
  readonly frame?: number;
  readonly a?: number;
  readonly b?: number;
}

const [BROADCAST, MAC_1, MAC_2] = ["ffffffffffff", "0242ac110002", "0242ac110003"];
const bytes = (hex: string): number[] => (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));

/** "Who has 172.17.0.3? Tell 172.17.0.2" */
export const ARP_FRAME = bytes(`${BROADCAST}${MAC_1}0806000108000604000${"1"}${MAC_1}ac110002000000000000ac110003`);
/** Echo request 1 from 172.17.0.2 to 172.17.0.3, 98 bytes. */
export const PING_FRAME = bytes(
  `${MAC_2}${MAC_1}08004500005400004000400${"1"}0000ac110002ac1100030800000000070001${"00".repeat(56)}`,
);

export function sceneryOf(
  rows: readonly TestRow[],
  frames: readonly number[][],
  entries: readonly LogEntry[] = [],
): Scenery {
  const columns = emptyTrace();
  const column = (of: (row: TestRow) => number | undefined, none: number) =>
    Int32Array.from(rows, (row) => of(row) ?? none);
  appendTrace(columns, {
    from: 0,
    count: rows.length,
    t_ns: Float64Array.from(rows, (row) => row.t_ns ?? 0),
    kind: Uint8Array.from(rows, (row) => row.kind),
    dev: column((row) => row.dev, -1),
    packet: column((row) => row.packet, -1),
    frame: column((row) => row.frame, -1),
    a: column((row) => row.a, -1),
    b: column((row) => row.b, 0),
  });
  const store = emptyFrames();
  store.bytes = Uint8Array.from(frames.flat());
  store.offsets = Uint32Array.from([0, ...frames.map((_, i) => frames.slice(0, i + 1).flat().length)]);
  store.count = frames.length;
  const host = node("hostA", "docker-host", {
    links: [link(1, "docker0", "bridge", { fdb: [] }), link(3, "veth9c02e56", "veth", { master: 1, peer: 2 })],
  });
  const one = node("hostA/nginx-1", "container", {
    name: "nginx-1",
    links: [link(2, "eth0", "veth", { peer: 3, addresses: address("172.17.0.2/16") })],
  });
  const nodes = { [host.id]: host, [one.id]: one };
  const devices = new Map(
    [host, one].flatMap(({ id, links }) =>
      links.map((each) => [each.dev, { link: each, node: id, gone: false }] as const),
    ),
  );
  return { columns, frames: store, rules: [], nodes, devices, entries };
}

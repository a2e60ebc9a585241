// Rows about tunnels as sentences, and the reasons behind them. Pure.
import { TraceKind } from "../../base/trace-kind.ts";
import type { AllText } from "../../i18n/all-text.ts";
import type { LinkView, NodeView } from "../../protocol/view.ts";
import { ipOfInt32, macOfColumns } from "./frame-facts.ts";
import { devName, factsOf, ownerName, type Scenery } from "./scenery.ts";

/** How far back a packet's route is looked for, rows. */
const LOOK_BACK_ROWS = 64;
const EVERYBODY = "00:00:00:00:00:00";

/** Whether the device is a tunnel. */
export function isTunnel(s: Scenery, dev: number): boolean {
  const kind = linkOf(s, dev)?.kind;
  return kind === "vxlan" || kind === "ipip";
}

function linkOf(s: Scenery, dev: number): LinkView | undefined {
  return s.devices.get(dev)?.link;
}

/** "hostA's flannel.1 wraps it for 192.168.1.11: UDP 8472, VNI 1, 50 bytes more". */
export function encapSentence(s: Scenery, row: number, t: AllText): string {
  const { dev, a, b } = s.columns;
  const words = t.events.tunnel;
  const [who, name, ip] = [ownerName(s, dev[row]!), devName(s, dev[row]!), ipOfInt32(a[row]!)];
  const tunnel = linkOf(s, dev[row]!)?.tunnel;
  if (tunnel?.vni == null) return words.wrapIpip(who, name, ip, b[row]!);
  return words.wrapVxlan(who, name, ip, tunnel.port ?? 0, tunnel.vni, b[row]!);
}

export function decapSentence(s: Scenery, row: number, t: AllText): string {
  const { dev, a, b } = s.columns;
  return t.events.tunnel.unwrap(ownerName(s, dev[row]!), devName(s, dev[row]!), ipOfInt32(a[row]!), b[row]!);
}

/** An entry of a VXLAN device's table: its column `a` is the host behind which the MAC is. */
export function tunnelFdbSentence(s: Scenery, row: number, t: AllText): string {
  const { columns } = s;
  const words = t.events.tunnel;
  const dev = devName(s, columns.dev[row]!);
  const ip = ipOfInt32(columns.a[row]!);
  const byHand = columns.b[row] !== 0;
  const mac = byHand ? macOfColumns(columns.packet[row]!, columns.frame[row]!) : (factsOf(s, row)?.ethSrc ?? "?");
  if (columns.kind[row] === TraceKind.FDB_DELETE)
    return (columns.b[row] === 1 ? t.events.fdbDelete : t.events.fdbAged)(dev, mac);
  if (mac === EVERYBODY) return words.fdbAll(dev, ip);
  if (columns.kind[row] === TraceKind.FDB_MOVE) return words.fdbMove(dev, mac, ip);
  return (byHand ? words.fdbAdd : words.fdbLearn)(dev, mac, ip);
}

/** Which route, neighbour and FDB entry led there. */
export function explainEncap(s: Scenery, row: number, t: AllText): string {
  const { columns } = s;
  const w = t.events.tunnel;
  const dev = columns.dev[row]!;
  const name = devName(s, dev);
  const ip = ipOfInt32(columns.a[row]!);
  const link = linkOf(s, dev);
  const before = routeBefore(s, row);
  const node = s.nodes[s.devices.get(dev)?.node ?? ""];
  const route = before < 0 ? null : routeLine(node, dev, ipOfInt32(columns.a[before]!), columns.b[before]!);
  const led = route === null ? w.byBridge(name) : w.byRoute(route);
  if (link?.kind === "ipip") return `${led} ${link.tunnel?.remote == null ? w.byGateway(ip) : w.byRemote(name, ip)}`;
  const mac = innerDestination(s, row);
  const entry = link?.fdb?.find((one) => one.mac === mac);
  const hop = before < 0 ? null : ipOfInt32(columns.a[before]!);
  const known = hop !== null && node?.neighbours.some((n) => n.dev === dev && n.address === hop && n.mac === mac);
  const parts = [
    led,
    known ? w.byNeighbour(hop, mac) : null,
    (entry === undefined ? w.byDefault : w.byFdb)(name, mac, ip),
  ];
  return parts.filter((part) => part !== null).join(" ");
}

/** Why a frame that came out of a tunnel device came out of this one. */
export function explainDecap(s: Scenery, row: number, t: AllText): string {
  const { dev } = s.columns;
  const tunnel = linkOf(s, dev[row]!)?.tunnel;
  const name = devName(s, dev[row]!);
  if (tunnel?.vni == null) return t.events.tunnel.cameIpip(name);
  return t.events.tunnel.cameVxlan(name, tunnel.port ?? 0, tunnel.vni);
}

/** Destination of the frame that went in: of the row before that has it. */
function innerDestination(s: Scenery, row: number): string {
  return factsOf(s, row - 1)?.ethDst ?? "?";
}

/** The ROUTE row by which the packet came to the tunnel device; -1 when a bridge brought it. */
function routeBefore(s: Scenery, row: number): number {
  const { packet, kind, dev } = s.columns;
  for (let r = row - 1; r >= 0 && r >= row - LOOK_BACK_ROWS; r--) {
    if (packet[r] === packet[row] && kind[r] === TraceKind.ROUTE && dev[r] === dev[row]) return r;
  }
  return -1;
}

/** The route as `ip route` prints it, as far as it is still there; else what the trace says of it. */
function routeLine(node: NodeView | undefined, dev: number, hop: string, prefix: number): string {
  const suffix = prefix === 32 ? "" : `/${prefix}`;
  const fits = (node?.routes ?? []).filter(
    (route) => route.dev === dev && (route.gateway === hop || route.gateway === null),
  );
  const exact = fits.find(
    (route) => route.destination.endsWith(suffix) || (prefix === 0 && route.destination === "default"),
  );
  return (exact ?? fits[0])?.text ?? `via ${hop}`;
}

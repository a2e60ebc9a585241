/** What `brctl show`, `showmacs` and `showstp` print. */
import { fdbEntries } from "../../../kernel/netdev/bridge/fdb-admin.ts";
import {
  ageingTime,
  forwardDelay,
  helloTime,
  maxAge,
  ownId,
  portId,
} from "../../../kernel/netdev/bridge/stp/select.ts";
import type { Bridge, BridgePort, NetDevice } from "../../../kernel/types.ts";
import { dev, devByName, netns } from "../../../kernel/world.ts";
import { formatMac, type Mac } from "../../../wire/address.ts";
import type { BridgeId } from "../../../wire/bpdu.ts";
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { quit } from "../quit.ts";

const HEADING = "bridge name\tbridge id\t\tSTP enabled\tinterfaces\n";

/** "8000.0242b36b03ba" */
function idText(id: BridgeId): string {
  return `${id.priority.toString(16).padStart(4, "0")}.${id.mac.toString(16).padStart(12, "0")}`;
}

function bridgeIdText(bridge: Bridge): string {
  return idText(ownId(bridge));
}

function byName(sys: Sys): NetDevice[] {
  const all = netns(sys.world, sys.proc.netns).devs.map((id) => dev(sys.world, id));
  return all.sort((x, y) => (x.name < y.name ? -1 : 1));
}

/** Ports by name, as sysfs lists them. */
function portsOf(sys: Sys, bridge: NetDevice): NetDevice[] {
  return byName(sys).filter((one) => one.master === bridge.id);
}

/** `brctl show [BRIDGE…]`: one line for each bridge, its further ports below. */
export function showBridges(sys: Sys, names: string[]): number {
  if (names.length === 0) {
    // The heading comes with the first.
    const texts = byName(sys).flatMap((one) => (one.bridge === null ? [] : [bridgeText(sys, one)]));
    if (texts.length > 0) write(sys, 1, HEADING + texts.join(""));
    return 0;
  }
  let status = 0;
  let headed = false;
  for (const name of names) {
    const found = devByName(sys.world, sys.proc.netns, name);
    if (found?.bridge) {
      if (!headed) write(sys, 1, HEADING);
      headed = true;
      write(sys, 1, bridgeText(sys, found));
      continue;
    }
    write(sys, 2, found === null ? `bridge ${name} does not exist!\n` : `device ${name} is not a bridge!\n`);
    status = 1;
  }
  return status;
}

function bridgeText(sys: Sys, one: NetDevice): string {
  const bridge = one.bridge as Bridge;
  const ports = portsOf(sys, one).map((port) => port.name);
  const head = `${one.name}\t\t${bridgeIdText(bridge)}\t${bridge.stp ? "yes" : "no"}\t\t`;
  return `${head}${ports.join("\n\t\t\t\t\t\t\t")}\n`;
}

/** Hundredths of seconds, as "%4i.%.2i". */
function time(ns: number): string {
  const hundredths = Math.max(0, Math.floor(ns / 10_000_000));
  return `${String(Math.floor(hundredths / 100)).padStart(4)}.${String(hundredths % 100).padStart(2, "0")}`;
}

/** `brctl showmacs BRIDGE`: entries of ports by MAC, those of the bridge itself left out. */
export function showMacs(sys: Sys, name: string): number {
  const { world } = sys;
  const found = devByName(world, sys.proc.netns, name);
  if (found === null) quit(sys, "read of forward table failed: No such device\n", 1);
  if (found.bridge === null) quit(sys, "read of forward table failed: Operation not supported\n", 1);
  const rows = fdbEntries(world, found.id)
    .filter((entry) => entry.dev !== null)
    .sort((x, y) => x.mac - y.mac)
    .map((entry) => {
      const port = dev(world, entry.dev as number).port as BridgePort;
      const age = entry.isStatic ? 0 : world.now_ns - entry.updated_ns;
      return macRow(port.portNo, entry.mac, entry.isLocal, age);
    });
  write(sys, 1, `port no\tmac addr\t\tis local?\tageing timer\n${rows.join("")}`);
  return 0;
}

function macRow(portNo: number, mac: Mac, isLocal: boolean, age_ns: number): string {
  return `${String(portNo).padStart(3)}\t${formatMac(mac)}\t${isLocal ? "yes" : "no"}\t\t${time(age_ns)}\n`;
}

/** `brctl showstp BRIDGE` */
export function showStp(sys: Sys, name: string): number {
  const found = devByName(sys.world, sys.proc.netns, name);
  if (found === null) quit(sys, `bridge ${name} does not exist!\n`, 1);
  if (found.bridge === null) quit(sys, `device ${name} is not a bridge!\n`, 1);
  write(sys, 1, stpHead(sys, found, found.bridge));
  const ports = portsOf(sys, found).sort((x, y) => (x.port as BridgePort).portNo - (y.port as BridgePort).portNo);
  for (const port of ports) write(sys, 1, stpPort(sys, found.bridge, port));
  return 0;
}

function stpHead(sys: Sys, one: NetDevice, b: Bridge): string {
  const s = b.spanning;
  const left = (at_ns = 0) => time(at_ns === 0 ? 0 : at_ns - sys.world.now_ns);
  const number = (n = 0) => String(n).padStart(4);
  const flags = [
    s?.topologyChange ? "TOPOLOGY_CHANGE " : "",
    s?.topologyChangeDetected ? "TOPOLOGY_CHANGE_DETECTED " : "",
  ];
  return `${one.name}
 bridge id\t\t${bridgeIdText(b)}
 designated root\t${s === null ? bridgeIdText(b) : idText(s.root)}
 root port\t\t${number(s?.rootPort)}\t\t\tpath cost\t\t${number(s?.rootPathCost)}
 max age\t\t${time(maxAge(b))}\t\t\tbridge max age\t\t${time(b.maxAge_ns)}
 hello time\t\t${time(helloTime(b))}\t\t\tbridge hello time\t${time(b.helloTime_ns)}
 forward delay\t\t${time(forwardDelay(b))}\t\t\tbridge forward delay\t${time(b.forwardDelay_ns)}
 ageing time\t\t${time(ageingTime(b))}
 hello timer\t\t${left(s?.helloAt_ns)}\t\t\ttcn timer\t\t${left(s?.tcnAt_ns)}
 topology change timer\t${left(s?.topologyChangeAt_ns)}\t\t\tgc timer\t\t${left(b.gcAt_ns)}
 flags\t\t\t${flags.join("")}


`;
}

function stpPort(sys: Sys, b: Bridge, one: NetDevice): string {
  const port = one.port as BridgePort;
  const s = port.spanning ?? { root: ownId(b), bridge: ownId(b), port: portId(port), cost: 0 };
  const id = (n: number) => n.toString(16).padStart(4, "0");
  const left = (at_ns = 0) => time(at_ns === 0 ? 0 : at_ns - sys.world.now_ns);
  const flags = [
    port.spanning?.configPending ? "CONFIG_PENDING " : "",
    port.spanning?.topologyChangeAck ? "TOPOLOGY_CHANGE_ACK " : "",
  ];
  return `${one.name} (${port.portNo})
 port id\t\t${id(portId(port))}\t\t\tstate\t\t${port.state.padStart(15)}
 designated root\t${idText(s.root)}\tpath cost\t\t${String(port.pathCost).padStart(4)}
 designated bridge\t${idText(s.bridge)}\tmessage age timer\t${left(port.spanning?.messageAgeAt_ns)}
 designated port\t${id(s.port)}\t\t\tforward delay timer\t${left(port.forwardDelayAt_ns)}
 designated cost\t${String(s.cost).padStart(4)}\t\t\thold timer\t\t${left(port.spanning?.holdAt_ns)}
 flags\t\t\t${flags.join("")}
${port.hairpin ? " hairpin mode\t\t   1\n" : ""}
`;
}

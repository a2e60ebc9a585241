/** What `brctl show`, `showmacs` and `showstp` print. */
import { fdbEntries } from "../../../kernel/netdev/bridge/fdb-admin.ts";
import type { Bridge, BridgePort, NetDevice } from "../../../kernel/types.ts";
import { dev, devByName, netns } from "../../../kernel/world.ts";
import { formatMac, type Mac } from "../../../wire/address.ts";
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { portId } from "../ip/link/details.ts";
import { quit } from "../quit.ts";

const HEADING = "bridge name\tbridge id\t\tSTP enabled\tinterfaces\n";

/** "8000.0242b36b03ba" */
function bridgeIdText(bridge: Bridge): string {
  const mac = bridge.idMac.toString(16).padStart(12, "0");
  return `${bridge.priority.toString(16).padStart(4, "0")}.${mac}`;
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
  const id = bridgeIdText(b);
  const gc = b.gcAt_ns === 0 ? 0 : b.gcAt_ns - sys.world.now_ns;
  const hello = b.stp && one.up ? b.helloTime_ns - (sys.world.now_ns % b.helloTime_ns) : 0;
  return `${one.name}
 bridge id\t\t${id}
 designated root\t${id}
 root port\t\t   0\t\t\tpath cost\t\t   0
 max age\t\t${time(b.maxAge_ns)}\t\t\tbridge max age\t\t${time(b.maxAge_ns)}
 hello time\t\t${time(b.helloTime_ns)}\t\t\tbridge hello time\t${time(b.helloTime_ns)}
 forward delay\t\t${time(b.forwardDelay_ns)}\t\t\tbridge forward delay\t${time(b.forwardDelay_ns)}
 ageing time\t\t${time(b.ageing_ns)}
 hello timer\t\t${time(hello)}\t\t\ttcn timer\t\t${time(0)}
 topology change timer\t${time(0)}\t\t\tgc timer\t\t${time(gc)}
 flags\t\t\t


`;
}

function stpPort(sys: Sys, b: Bridge, one: NetDevice): string {
  const port = one.port as BridgePort;
  const root = bridgeIdText(b);
  const id = portId(port).toString(16).padStart(4, "0");
  const delay = port.forwardDelayAt_ns === 0 ? 0 : port.forwardDelayAt_ns - sys.world.now_ns;
  return `${one.name} (${port.portNo})
 port id\t\t${id}\t\t\tstate\t\t${port.state.padStart(15)}
 designated root\t${root}\tpath cost\t\t${String(port.pathCost).padStart(4)}
 designated bridge\t${root}\tmessage age timer\t${time(0)}
 designated port\t${id}\t\t\tforward delay timer\t${time(delay)}
 designated cost\t   0\t\t\thold timer\t\t${time(0)}
 flags\t\t\t
${port.hairpin ? " hairpin mode\t\t   1\n" : ""}
`;
}

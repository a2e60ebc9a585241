/** /sys/class/net: net/core/net-sysfs.c, net/bridge/br_sysfs_br.c and br_sysfs_if.c. */
import { EACCES, EINVAL, EIO, ERANGE } from "../../kernel/errno.ts";
import {
  setBridgePriority,
  setCallsIptables,
  setHelloTime,
  setMaxAge,
  setPathCost,
  setPortFlags,
  setPortPriority,
} from "../../kernel/netdev/bridge/bridge.ts";
import { fdbDeleteByPort, fdbFlush, setAgeing } from "../../kernel/netdev/bridge/learn.ts";
import { ageingTime, forwardDelay, helloTime, maxAge, ownId, portId } from "../../kernel/netdev/bridge/stp/select.ts";
import { setForwardDelay, setStp } from "../../kernel/netdev/bridge/stp/stp.ts";
import type { PortSpanning } from "../../kernel/netdev/bridge/stp/types.ts";
import { iflink, linkwatchSync, operstate } from "../../kernel/netdev/carrier.ts";
import { devSetMtu, setMulticastSnooping } from "../../kernel/netdev/device.ts";
import { devStats } from "../../kernel/netdev/stats.ts";
import type { Bridge, BridgePort, NetDevice, NetnsId, World } from "../../kernel/types.ts";
import { dev, devByName, netns } from "../../kernel/world.ts";
import { formatMac } from "../../wire/address.ts";
import type { BridgeId } from "../../wire/bpdu.ts";
import { hardwareType, rawFlags } from "../commands/dev-flags.ts";
import { CENTISECOND_NS, linkSizes, PORT_STATES } from "../commands/ip/link/details.ts";
import type { ProcFiles } from "./procfs.ts";

/** The directory, and where its entries of virtual devices lead to. */

/** A file: what it says (a number is an errno), and what writing a number to it does, if that is possible. */
interface File {
  read(world: World, device: NetDevice): string | number;
  write?(world: World, device: NetDevice, n: number): number;
}

type Directory = Readonly<Record<string, File>>;

/** A writer that cannot fail. */
function done(write: (world: World, device: NetDevice, n: number) => void): NonNullable<File["write"]> {
  return (world, device, n) => {
    write(world, device, n);
    return 0;
  };
}

const text = (read: (device: NetDevice, world: World) => string | number | boolean): File => ({
  read: (world, device) => said(read(device, world)),
});

function said(value: string | number | boolean): string {
  return typeof value === "boolean" ? (value ? "1" : "0") : String(value);
}

const speed = (device: NetDevice) => device.kind === "veth" || device.kind === "nic" || device.bridge !== null;

/** Files that always say the same. */
function constants(value: string | number, names: string): Directory {
  return Object.fromEntries(names.split(" ").map((name) => [name, text(() => value)]));
}

function readCarrier(world: World, device: NetDevice): string | number {
  if (!device.up) return EINVAL;
  linkwatchSync(world, device);
  return said(device.carrier);
}

const DEVICE: Directory = {
  ...constants(0, "dev_port gro_flush_timeout link_mode napi_defer_hard_irqs proto_down testing threaded"),
  addr_assign_type: text((d) => (d.kind === "loopback" || d.kind === "nic" ? 0 : d.macSet ? 3 : 1)),
  addr_len: text(() => 6),
  address: text((d) => formatMac(d.mac)),
  broadcast: text((d) => (d.kind === "loopback" ? "00:00:00:00:00:00" : "ff:ff:ff:ff:ff:ff")),
  carrier: { read: readCarrier },
  carrier_changes: text((d) => d.carrierUps + d.carrierDowns),
  carrier_down_count: text((d) => d.carrierDowns),
  carrier_up_count: text((d) => d.carrierUps),
  dev_id: text(() => "0x0"),
  dormant: { read: (_, d) => (d.up ? "0" : EINVAL) },
  duplex: { read: (_, d) => (!d.up || !speed(d) ? EINVAL : d.bridge === null ? "full" : "unknown") },
  flags: text((d) => `0x${rawFlags(d).toString(16)}`),
  ifalias: text((d) => d.alias),
  ifindex: text((d) => d.ifindex),
  iflink: text((d, world) => iflink(world, d)),
  name_assign_type: text((d) => (d.kind === "loopback" ? 2 : d.kind === "nic" ? 4 : 3)),
  netdev_group: {
    read: (_, d) => said(d.group),
    write: done((_, d, n) => {
      d.group = n;
    }),
  },
  mtu: { read: (_, d) => said(d.mtu), write: (world, d, n) => devSetMtu(world, d.id, n) },
  operstate: text((d, world) => operstate(world, d).toLowerCase()),
  speed: { read: (_, d) => (!d.up || !speed(d) ? EINVAL : d.carrier ? "10000" : "-1") },
  tx_queue_len: {
    read: (_, d) => said(d.txQueueLen),
    write: done((_, d, n) => {
      d.txQueueLen = n;
    }),
  },
  type: text((d) => hardwareType(d)),
  uevent: text((d) => `${d.bridge === null ? "" : "DEVTYPE=bridge\n"}INTERFACE=${d.name}\nIFINDEX=${d.ifindex}`),
};

const STATISTICS: Directory = {
  ...constants(0, "rx_compressed rx_crc_errors rx_fifo_errors rx_frame_errors rx_length_errors rx_missed_errors"),
  ...constants(0, "rx_nohandler rx_over_errors tx_aborted_errors tx_carrier_errors tx_compressed tx_fifo_errors"),
  ...constants(0, "tx_heartbeat_errors tx_window_errors"),
  collisions: text(() => 0),
  multicast: text((d, world) => devStats(world, d.id).multicast),
  rx_bytes: text((d, world) => devStats(world, d.id).rxBytes),
  rx_dropped: text((d, world) => devStats(world, d.id).rxDropped),
  rx_errors: text(() => 0),
  rx_packets: text((d, world) => devStats(world, d.id).rxPackets),
  tx_bytes: text((d, world) => devStats(world, d.id).txBytes),
  tx_dropped: text((d, world) => devStats(world, d.id).txDropped),
  tx_errors: text((d, world) => devStats(world, d.id).txErrors),
  tx_packets: text((d, world) => devStats(world, d.id).txPackets),
};

/** No device here knows power management (drivers/base/power/sysfs.c). */
const POWER: Directory = {
  ...constants(0, "runtime_active_time runtime_suspended_time"),
  autosuspend_delay_ms: { read: () => EIO },
  control: text(() => "auto"),
  runtime_status: text(() => "unsupported"),
};

function of(device: NetDevice): Bridge {
  return device.bridge as Bridge;
}

function idText({ priority, mac }: BridgeId): string {
  return `${priority.toString(16).padStart(4, "0")}.${mac.toString(16).padStart(12, "0")}`;
}

function bridgeId(device: NetDevice): string {
  return idText(ownId(of(device)));
}

/** What is left of a timer that fires at `at_ns`; 0 while it doesn't run. */
function timer(world: World, at_ns = 0): string {
  return centiseconds(at_ns === 0 ? 0 : at_ns - world.now_ns);
}

function centiseconds(ns: number): string {
  return String(Math.max(0, Math.floor(ns / CENTISECOND_NS)));
}

const ns = (n: number) => n * CENTISECOND_NS;

const BRIDGE: Directory = {
  ...constants(0, "multicast_querier multicast_query_use_ifaddr multicast_stats_enabled no_linklocal_learn"),
  ...constants(0, "nf_call_arptables nf_call_ip6tables"),
  nf_call_iptables: {
    read: (_, d) => said(of(d).callsIptables),
    write: done((world, d, n) => setCallsIptables(world, d, n !== 0)),
  },
  root_path_cost: text((d) => of(d).spanning?.rootPathCost ?? 0),
  root_port: text((d) => of(d).spanning?.rootPort ?? 0),
  topology_change: text((d) => said(of(d).spanning?.topologyChange ?? 0)),
  topology_change_detected: text((d) => said(of(d).spanning?.topologyChangeDetected ?? 0)),
  hello_timer: text((d, world) => timer(world, of(d).spanning?.helloAt_ns)),
  tcn_timer: text((d, world) => timer(world, of(d).spanning?.tcnAt_ns)),
  topology_change_timer: text((d, world) => timer(world, of(d).spanning?.topologyChangeAt_ns)),
  ...constants(1, "multicast_mld_version multicast_router"),
  ...constants(2, "multicast_igmp_version multicast_last_member_count multicast_startup_query_count"),
  group_addr: text(() => "01:80:c2:00:00:00"),
  group_fwd_mask: text(() => "0x0"),
  hash_elasticity: text(() => 16),
  hash_max: text(() => 4096),
  multicast_last_member_interval: text(() => 100),
  multicast_membership_interval: text(() => 26000),
  multicast_querier_interval: text(() => 25500),
  multicast_query_interval: text(() => 12500),
  multicast_query_response_interval: text(() => 1000),
  multicast_startup_query_interval: text(() => 3124),
  ageing_time: {
    read: (_, d) => centiseconds(ageingTime(of(d))),
    write: done((world, d, n) => setAgeing(world, d, ns(n))),
  },
  bridge_id: text(bridgeId),
  flush: { read: () => EACCES, write: done((world, d) => fdbFlush(world, d, false)) },
  forward_delay: { read: (_, d) => centiseconds(forwardDelay(of(d))), write: (_, d, n) => setForwardDelay(d, ns(n)) },
  gc_timer: text((d, world) => centiseconds(of(d).gcAt_ns === 0 ? 0 : of(d).gcAt_ns - world.now_ns)),
  hello_time: { read: (_, d) => centiseconds(helloTime(of(d))), write: (_, d, n) => setHelloTime(d, ns(n)) },
  max_age: { read: (_, d) => centiseconds(maxAge(of(d))), write: (_, d, n) => setMaxAge(d, ns(n)) },
  multicast_snooping: {
    read: (_, d) => said(of(d).multicastSnooping),
    write: done((world, d, n) => setMulticastSnooping(world, d.id, n !== 0)),
  },
  priority: {
    read: (_, d) => said(of(d).priority),
    write: (world, d, n) => {
      if (n > 65535) return ERANGE;
      setBridgePriority(world, d, n);
      return 0;
    },
  },
  root_id: text((d) => idText(of(d).spanning?.root ?? ownId(of(d)))),
  stp_state: { read: (_, d) => said(of(d).stp), write: done((world, d, n) => setStp(world, d, n !== 0)) },
};

function port(device: NetDevice): BridgePort {
  return device.port as BridgePort;
}

const portFlag = (name: "hairpin" | "learning" | "flood" | "mcastFlood" | "bcastFlood" | "isolated"): File => ({
  read: (_, d) => said(port(d)[name]),
  write: done((world, d, n) => setPortFlags(world, d.id, { [name]: n !== 0 })),
});

/** Who speaks on a port's link, or is the root there; the bridge itself until it has heard otherwise. */
const ofLink = (read: (s: PortSpanning) => BridgeId): File =>
  text((d, world) => {
    const s = port(d).spanning;
    return s === null ? bridgeId(dev(world, d.master as number)) : idText(read(s));
  });

const PORT: Directory = {
  bpdu_guard: text(() => 0),
  change_ack: text((d) => said(port(d).spanning?.topologyChangeAck ?? 0)),
  config_pending: text((d) => said(port(d).spanning?.configPending ?? 0)),
  designated_cost: text((d) => port(d).spanning?.cost ?? 0),
  hold_timer: text((d, world) => timer(world, port(d).spanning?.holdAt_ns)),
  message_age_timer: text((d, world) => timer(world, port(d).spanning?.messageAgeAt_ns)),
  ...constants(0, "multicast_fast_leave multicast_to_unicast neigh_suppress proxyarp proxyarp_wifi root_block"),
  backup_port: text(() => ""),
  group_fwd_mask: text(() => "0x0"),
  multicast_router: text(() => 1),
  broadcast_flood: portFlag("bcastFlood"),
  designated_bridge: ofLink((s) => s.bridge),
  designated_port: text((d) => port(d).spanning?.port ?? portId(port(d))),
  designated_root: ofLink((s) => s.root),
  forward_delay_timer: text((d, world) => {
    const at = port(d).forwardDelayAt_ns;
    return centiseconds(at === 0 ? 0 : at - world.now_ns);
  }),
  flush: {
    read: () => EACCES,
    write: done((world, d) => fdbDeleteByPort(world, dev(world, d.master as number), d.id, false)),
  },
  hairpin_mode: portFlag("hairpin"),
  isolated: portFlag("isolated"),
  learning: portFlag("learning"),
  multicast_flood: portFlag("mcastFlood"),
  path_cost: { read: (_, d) => said(port(d).pathCost), write: (world, d, n) => setPathCost(world, d.id, n) },
  port_id: text((d) => `0x${portId(port(d)).toString(16)}`),
  port_no: text((d) => `0x${port(d).portNo.toString(16)}`),
  priority: { read: (_, d) => said(port(d).priority), write: (world, d, n) => setPortPriority(world, d.id, n) },
  state: text((d) => PORT_STATES.indexOf(port(d).state)),
  unicast_flood: portFlag("flood"),
};

/** Where a path leads: a device's directory, or one below it; `name` is the rest of the path. */
interface Place {
  device: NetDevice;
  directory: Directory | "device" | "brif";
  name: string;
}

function resolve(world: World, netnsId: NetnsId, path: string): Place | null {
  const [first = "", ...rest] = path.split("/");
  const device = devByName(world, netnsId, first);
  return device === null ? null : walk(world, device, rest);
}

function walk(world: World, device: NetDevice, rest: string[]): Place | null {
  const [word = "", ...more] = rest;
  const bridge = device.master === null ? null : dev(world, device.master);
  if ((word === "master" || word === `upper_${bridge?.name}`) && bridge !== null) return walk(world, bridge, more);
  if (word === "brport" && bridge !== null) {
    return more[0] === "bridge"
      ? walk(world, bridge, more.slice(1))
      : { device, directory: PORT, name: more.join("/") };
  }
  if (word === "power") return { device, directory: POWER, name: more.join("/") };
  if (word === "statistics") return { device, directory: STATISTICS, name: more.join("/") };
  if (device.bridge !== null) {
    if (word === "bridge") return { device, directory: BRIDGE, name: more.join("/") };
    const child = device.bridge.ports
      .map((id) => dev(world, id))
      .find((d) => d.name === (word === "brif" ? more[0] : word.slice(6)));
    if (word === "brif" && child) return walk(world, child, ["brport", ...more.slice(1)]);
    if (word === "brif") return { device, directory: "brif", name: more.join("/") };
    if (word.startsWith("lower_") && child) return walk(world, child, more);
  }
  return { device, directory: "device", name: rest.join("/") };
}

function fileAt(place: Place | null): File | null {
  if (place === null || place.directory === "brif") return null;
  const files = place.directory === "device" ? DEVICE : place.directory;
  return Object.hasOwn(files, place.name) ? (files[place.name] as File) : null;
}

/** @param path behind /sys/class/net/ */
function readSysNet(world: World, netnsId: NetnsId, path: string): string | number | null {
  const place = resolve(world, netnsId, path);
  const content = fileAt(place)?.read(world, (place as Place).device) ?? null;
  return typeof content === "string" ? `${content}\n` : content;
}

function listSysNet(world: World, netnsId: NetnsId, path: string): string[] | null {
  if (path === "" || /^[^/]+\/subsystem$/.test(path))
    return netns(world, netnsId).devs.map((id) => dev(world, id).name);
  const place = resolve(world, netnsId, path);
  if (place === null) return null;
  const { device, directory } = place;
  if (directory === "device" && place.name === "queues") return queueNames(device);
  if (place.name !== "") return null;
  if (directory === "brif") return of(device).ports.map((id) => dev(world, id).name);
  if (directory === PORT) return [...Object.keys(PORT), "bridge"];
  return directory === "device" ? deviceDirectory(world, device) : Object.keys(directory);
}

function queueNames(device: NetDevice): string[] {
  return ["rx", "tx"].flatMap((way) => Array.from({ length: linkSizes(device).queues }, (_, i) => `${way}-${i}`));
}

function deviceDirectory(world: World, device: NetDevice): string[] {
  const names = [...Object.keys(DEVICE), "power", "queues", "statistics", "subsystem"];
  if (device.bridge !== null) {
    names.push("brforward", "bridge", "brif", ...device.bridge.ports.map((id) => `lower_${dev(world, id).name}`));
  }
  if (device.master !== null) names.push("brport", "master", `upper_${dev(world, device.master).name}`);
  return names;
}

function canWriteSysNet(world: World, netnsId: NetnsId, path: string): boolean {
  return fileAt(resolve(world, netnsId, path))?.write !== undefined;
}

/** Writes a number. EINVAL for what is none. */
function writeSysNet(world: World, netnsId: NetnsId, path: string, value: string): number {
  const place = resolve(world, netnsId, path);
  const file = fileAt(place);
  if (place === null || file?.write === undefined) return EACCES;
  if (!/^(0[xX][0-9a-fA-F]+|\d+)$/.test(value) || Number(value) > 0xffff_ffff) return EINVAL;
  return file.write(world, place.device, Number(value));
}

export const sysNet: ProcFiles = { read: readSysNet, list: listSysNet, canWrite: canWriteSysNet, write: writeSysNet };

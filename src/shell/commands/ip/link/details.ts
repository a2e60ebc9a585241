/** What `ip -d link` adds: the kind with its settings, the port's settings, queues and sizes. iplink_bridge.c, iplink_bridge_slave.c. */
import { ageingTime, forwardDelay, helloTime, maxAge, portId } from "../../../../kernel/netdev/bridge/stp/select.ts";
import type { Bridge, BridgePort, NetDevice, PortState, World } from "../../../../kernel/types.ts";
import type { Mac } from "../../../../wire/address.ts";
import { ipipDetails } from "./ipip-print.ts";
import { vxlanDetails } from "./vxlan-print.ts";

/** rtnetlink's number of a port's state. */
export const PORT_STATES: readonly PortState[] = ["disabled", "listening", "learning", "forwarding", "blocking"];

/** USER_HZ: the kernel tells bridge times in hundredths of a second. */
export const CENTISECOND_NS = 10_000_000;

const MTU_RANGES: Readonly<Partial<Record<NetDevice["kind"], readonly [number, number]>>> = {
  loopback: [0, 0],
  dummy: [0, 0],
  ipip: [0, 0],
};

/** The part after the broadcast address. @param mode of `ip link`, which shows the mode of addresses too */
export function linkDetails(world: World, device: NetDevice, newline: string, mode: boolean): string {
  const { allmulti, minMtu, maxMtu, queues, tsoMaxSize } = linkSizes(device);
  let text = ` promiscuity ${device.promiscuity}  allmulti ${allmulti} minmtu ${minMtu} maxmtu ${maxMtu} `;
  if (hasKind(device)) text += `${newline}    ${kindDetails(world, device)} `;
  if (device.port !== null) text += `${newline}    ${slaveDetails(world, device, device.port)} `;
  if (mode) text += "addrgenmode eui64 ";
  text += `numtxqueues ${queues} numrxqueues ${queues} gso_max_size 65536 gso_max_segs 65535 `;
  return `${text}tso_max_size ${tsoMaxSize} tso_max_segs 65535 gro_max_size 65536 `;
}

/** IFLA_LINKINFO: cards and loopback have none. */
export function hasKind(device: NetDevice): boolean {
  return device.kind !== "loopback" && device.kind !== "nic";
}

/** The numbers that a kind of device has. */
export interface LinkSizes {
  allmulti: number;
  minMtu: number;
  maxMtu: number;
  queues: number;
  tsoMaxSize: number;
}

export function linkSizes(device: NetDevice): LinkSizes {
  const [minMtu, maxMtu] = MTU_RANGES[device.kind] ?? [68, 65535];
  // Bridges and tunnels take on what the devices below them can.
  const isAlone = device.bridge?.ports.length === 0 || (device.vxlan !== null && device.vxlan.link === null);
  return {
    allmulti: (device.allmulti ? 1 : 0) + (device.port === null ? 0 : 1),
    minMtu,
    maxMtu,
    queues: device.kind === "veth" ? 4 : 1,
    tsoMaxSize: isAlone ? 65536 : 524280,
  };
}

function kindDetails(world: World, device: NetDevice): string {
  if (device.ipTunnel !== null) return ipipDetails(world, device.ipTunnel);
  if (device.vxlan !== null) return vxlanDetails(world, device.vxlan);
  return device.bridge === null ? device.kind : bridgeDetails(world, device.bridge);
}

/** A bridge's or port's id with its MAC, the octets in hex without leading zeros. */
function looseId(priority: number, mac: Mac): string {
  const octets = [40, 32, 24, 16, 8, 0].map((shift) => (Math.floor(mac / 2 ** shift) % 256).toString(16));
  return `${priority.toString(16).padStart(4, "0")}.${octets.join(":")}`;
}

function seconds(ns: number): string {
  return (Math.max(0, ns) / 1e9).toFixed(2).padStart(7);
}

function onOff(flag: boolean): string {
  return flag ? "on" : "off";
}

function bridgeDetails(world: World, b: Bridge): string {
  const id = looseId(b.priority, b.idMac);
  const centi = (ns: number) => Math.floor(ns / CENTISECOND_NS);
  const left = (at_ns = 0) => seconds(at_ns === 0 ? 0 : at_ns - world.now_ns);
  const s = b.spanning;
  return [
    `bridge forward_delay ${centi(forwardDelay(b))} hello_time ${centi(helloTime(b))} max_age ${centi(maxAge(b))}`,
    `ageing_time ${centi(ageingTime(b))} stp_state ${b.stp ? 1 : 0} priority ${b.priority} vlan_filtering 0`,
    // br_dump_bridge_id is given the bridge's own id for the root's, too.
    `bridge_id ${id} designated_root ${id} root_port ${s?.rootPort ?? 0} root_path_cost ${s?.rootPathCost ?? 0}`,
    `topology_change ${Number(s?.topologyChange ?? 0)} topology_change_detected ${Number(s?.topologyChangeDetected ?? 0)}`,
    `hello_timer ${left(s?.helloAt_ns)} tcn_timer ${left(s?.tcnAt_ns)}`,
    `topology_change_timer ${left(s?.topologyChangeAt_ns)} gc_timer ${left(b.gcAt_ns)}`,
    `group_fwd_mask 0 group_address 01:80:c2:00:00:00 mcast_snooping ${b.multicastSnooping ? 1 : 0}`,
    "no_linklocal_learn 0 mcast_vlan_snooping 0 mcast_router 1 mcast_query_use_ifaddr 0 mcast_querier 0",
    "mcast_hash_elasticity 16 mcast_hash_max 4096 mcast_last_member_count 2 mcast_startup_query_count 2",
    "mcast_last_member_interval 100 mcast_membership_interval 26000 mcast_querier_interval 25500 mcast_query_interval 12500",
    "mcast_query_response_interval 1000 mcast_startup_query_interval 3124 mcast_stats_enabled 0 mcast_igmp_version 2",
    `mcast_mld_version 1 nf_call_iptables ${b.callsIptables ? 1 : 0} nf_call_ip6tables 0 nf_call_arptables 0`,
  ].join(" ");
}

function slaveDetails(world: World, device: NetDevice, port: BridgePort): string {
  const b = (world.devs[device.master as number] as NetDevice).bridge as Bridge;
  const left = (at_ns = 0) => seconds(at_ns === 0 ? 0 : at_ns - world.now_ns);
  const id = looseId(b.priority, b.idMac);
  const s = port.spanning;
  const [speaker, root] = s === null ? [id, id] : [s.bridge, s.root].map(({ priority, mac }) => looseId(priority, mac));
  return [
    `bridge_slave state ${port.state} priority ${port.priority} cost ${port.pathCost} hairpin ${onOff(port.hairpin)}`,
    `guard off root_block off fastleave off learning ${onOff(port.learning)} flood ${onOff(port.flood)}`,
    `port_id 0x${portId(port).toString(16)} port_no 0x${port.portNo.toString(16)} designated_port ${s?.port ?? portId(port)}`,
    `designated_cost ${s?.cost ?? 0} designated_bridge ${speaker} designated_root ${root} hold_timer ${left(s?.holdAt_ns)}`,
    `message_age_timer ${left(s?.messageAgeAt_ns)} forward_delay_timer ${left(port.forwardDelayAt_ns)}`,
    `topology_change_ack ${Number(s?.topologyChangeAck ?? 0)} config_pending ${Number(s?.configPending ?? 0)}`,
    "proxy_arp off proxy_arp_wifi off mcast_router 1 mcast_fast_leave off",
    `mcast_flood ${onOff(port.mcastFlood)} bcast_flood ${onOff(port.bcastFlood)} mcast_to_unicast off neigh_suppress off`,
    `group_fwd_mask 0 group_fwd_mask_str 0x0 vlan_tunnel off isolated ${onOff(port.isolated)} locked off`,
  ].join(" ");
}

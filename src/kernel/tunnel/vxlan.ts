/**
 * VXLAN devices: drivers/net/vxlan/vxlan_core.c and RFC 7348. The device is an Ethernet card whose wire is UDP datagrams of the
 * namespace that it was made in. Left out: multicast groups joined on the underlay, IPv6, GPE, GBP, many VNIs on one device, checksum
 * offload of the inner packet.
 */
import { IPV4_ANY, MAC_ZERO } from "../../wire/address.ts";
import { VXLAN_PORT_LINUX } from "../../wire/vxlan.ts";
import { EEXIST, EINVAL } from "../errno.ts";
import { type DeviceSpec, registerNetdevice } from "../netdev/register.ts";
import type { DevId, NetDevice, NetnsId, World } from "../types.ts";
import { dev } from "../world.ts";
import type { Vxlan } from "./types.ts";
import { vxlanFdbAppend } from "./vxlan-fdb.ts";

/** Bytes that go in front of a frame: Ethernet, IPv4, UDP and VXLAN headers. */
export const VXLAN_HEADROOM = 50;

/** What `ip link add … type vxlan` says; what it leaves out is as the kernel has it. */
export type VxlanConfig = Omit<Vxlan, "underlay" | "fdb">;

export function vxlanDefaults(vni: number): VxlanConfig {
  return {
    vni,
    remote: IPV4_ANY,
    local: IPV4_ANY,
    link: null,
    port: VXLAN_PORT_LINUX,
    srcPortMin: 0,
    srcPortMax: 0,
    learning: true,
    ageing_s: 300,
    ttl: 0,
    tos: 0,
    df: "unset",
    proxy: false,
    rsc: false,
    l2miss: false,
    l3miss: false,
    udpcsum: true,
    maxAddress: 0,
  };
}

/**
 * A device, down: vxlan_newlink. Errno as registerNetdevice; EEXIST when the namespace has that VNI on that port, EINVAL when the lower device
 * is too small. A longer MTU than fits is cut.
 */
export function createVxlan(
  world: World,
  netnsId: NetnsId,
  spec: Omit<DeviceSpec, "kind">,
  config: VxlanConfig,
  underlay: NetnsId = netnsId,
): NetDevice | number {
  const lower = config.link === null ? null : dev(world, config.link);
  if (isTaken(world, underlay, config)) return EEXIST;
  const most = vxlanMaxMtu(world, config.link);
  if (most < 68) return EINVAL;
  const mtu = Math.min(spec.mtu ?? (lower === null ? 1500 : most), most);
  const device = registerNetdevice(world, netnsId, { ...spec, mtu, kind: "vxlan" });
  if (typeof device === "number") return device;
  device.vxlan = { ...config, underlay, fdb: [] };
  if (config.remote !== IPV4_ANY) {
    vxlanFdbAppend(world, device, MAC_ZERO, {
      ip: config.remote,
      port: config.port,
      vni: config.vni,
      dev: config.link,
    });
  }
  return device;
}

/** The longest packet that the device takes: what its lower device can carry, wrapped. */
export function vxlanMaxMtu(world: World, link: DevId | null): number {
  return (link === null ? 65535 : dev(world, link).mtu) - VXLAN_HEADROOM;
}

/** vxlan_vni_in_use: the same VNI and port are taken unless they go out by different devices. */
function isTaken(world: World, underlay: NetnsId, config: VxlanConfig): boolean {
  return world.devs.some(
    (other) =>
      other?.vxlan?.underlay === underlay && other.vxlan.vni === config.vni && other.vxlan.port === config.port,
  );
}

/** Receiving: eth_type_trans() and __netif_receive_skb_core(), net/ethernet/eth.c and net/core/dev.c. */
import { DropReason } from "../../base/trace-kind.ts";
import { frameLength, frameStart, scrubFrame, setFrameConfirms } from "../../sim/frames.ts";
import { MAC_BROADCAST, MAC_ZERO, type Mac } from "../../wire/address.ts";
import { getMac, getU16 } from "../../wire/bytes.ts";
import { ETH_HLEN, ETH_P_802_3_MIN, ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from "../../wire/ethernet.ts";
import { dropFrame } from "../drop.ts";
import { ipRcv, ipRcvAgain } from "../ipv4/input.ts";
import { arpRcv } from "../neigh/arp.ts";
import { neighOutput } from "../neigh/neigh.ts";
import type { DevId, NetDevice, World } from "../types.ts";
import { isIpv6Disabled } from "./addrconf.ts";
import { redirectedFrameAndHop } from "./bridge/br-netfilter.ts";
import { bridgeFastPath } from "./bridge/fast-path.ts";
import { BRIDGE_CONSUMED, BRIDGE_PASS, BRIDGE_TO_NEIGHBOUR, bridgeReceive, bridgeUpFrame } from "./bridge/forward.ts";
import { bpduReceive } from "./bridge/stp/stp.ts";
import { PACKET_BROADCAST, PACKET_HOST, PACKET_LOOPBACK, PACKET_MULTICAST, PACKET_OTHERHOST } from "./pkttype.ts";
import { count, countRx, RX_DROPPED } from "./stats.ts";
import { tapAll, tapProtocol } from "./tap.ts";

const ETH_P_802_2 = 0x0004;

/** A frame arrives at a device. Consumes one count of it. @param packet identity of this copy */
export function netifReceive(world: World, id: DevId, frame: number, packet: number): void {
  const device = world.devs[id];
  const length = frameLength(world.pool, frame);
  if (device?.up !== true || length < ETH_HLEN) {
    dropArrival(world, id, frame, packet);
    return;
  }
  const at = frameStart(world.pool, frame);
  const isLoopback = device.kind === "loopback";
  if (!isLoopback) scrubFrame(world.pool, frame);
  if (device.kind === "nic") setFrameConfirms(world.pool, frame, false);
  const isBare = isLoopback || device.ipTunnel !== null || device.vxlan !== null;
  countRx(world, id, isBare ? length - ETH_HLEN : length);
  // What is like the frames before it needs no look at whom it is for; sniffers see it first (receiveCore).
  if (device.taps.length === 0 && world.shortWays === true) {
    const isThrough =
      device.port === null ? ipRcvAgain(world, device, frame, packet) : bridgeFastPath(world, device, frame, packet);
    if (isThrough) return;
  }
  if (device.ipTunnel !== null) {
    receiveCore(world, device, frame, packet, MAC_ZERO, PACKET_HOST, ETH_P_IP);
    return;
  }
  const dst = getMac(world.pool.bytes, at);
  receiveCore(world, device, frame, packet, dst, pkttypeOf(dst, device.mac), getU16(world.pool.bytes, at + 12));
}

/** Event IP_LOOPBACK: an own broadcast comes back to layer 3 of the device that sent it. */
export function loopbackReceive(world: World, id: DevId, frame: number, packet: number): void {
  if (world.devs[id]?.up) ipRcv(world, id, frame, packet, PACKET_LOOPBACK);
  else dropArrival(world, id, frame, packet);
}

function dropArrival(world: World, id: DevId, frame: number, packet: number): void {
  const device = world.devs[id];
  if (!device?.up) dropFrame(world, device ? id : -1, frame, packet, DropReason.DEV_READY);
  else dropFrame(world, id, frame, packet, DropReason.PKT_TOO_SMALL);
}

function pkttypeOf(dst: Mac, own: Mac): number {
  if (dst === own) return PACKET_HOST;
  if (dst === MAC_BROADCAST) return PACKET_BROADCAST;
  return (Math.floor(dst / 0x100_0000_0000) & 1) === 1 ? PACKET_MULTICAST : PACKET_OTHERHOST;
}

/** ipv6_rcv: nobody speaks it here, or (ip6_mc_input) nobody listens to the group. */
function ipv6Refusal(world: World, device: NetDevice): DropReason {
  return isIpv6Disabled(world, device) ? DropReason.IPV6DISABLED : DropReason.NOT_SPECIFIED;
}

function receiveCore(
  world: World,
  arrived: NetDevice,
  arrivedFrame: number,
  arrivedAs: number,
  dst: Mac,
  arrivedType: number,
  type: number,
): void {
  let device = arrived;
  let frame = arrivedFrame;
  let packet = arrivedAs;
  let pkttype = arrivedType;
  if (device.taps.length !== 0) tapAll(world, device, frame, packet, pkttype);
  if (device.port !== null) {
    const up = bridgeReceive(world, device, frame, packet);
    if (up === BRIDGE_CONSUMED) return;
    if (up === BRIDGE_TO_NEIGHBOUR) {
      const { frame: readdressed, nextHop } = redirectedFrameAndHop();
      neighOutput(world, world.devs[device.master as number] as NetDevice, nextHop, readdressed, false);
      return;
    }
    if (up !== BRIDGE_PASS) {
      device = world.devs[device.master as number] as NetDevice;
      packet = up;
      frame = bridgeUpFrame();
      // netfilter may have readdressed it.
      if (dst === device.mac || getMac(world.pool.bytes, frameStart(world.pool, frame)) === device.mac) {
        pkttype = PACKET_HOST;
      }
      if (device.taps.length !== 0) tapAll(world, device, frame, packet, pkttype);
    }
  }
  const ethertype = type < ETH_P_802_3_MIN ? ETH_P_802_2 : type;
  if (device.taps.length !== 0) tapProtocol(world, device, frame, packet, pkttype, ethertype);
  if (ethertype === ETH_P_IP) ipRcv(world, device.id, frame, packet, pkttype);
  else if (ethertype === ETH_P_ARP) arpRcv(world, device.id, frame, packet, pkttype);
  else if (ethertype === ETH_P_IPV6) dropFrame(world, device.id, frame, packet, ipv6Refusal(world, device));
  else if (ethertype !== ETH_P_802_2 || device.port === null || !bpduReceive(world, device, frame, packet)) {
    if (device.taps.length === 0) count(world, device.id, RX_DROPPED);
    dropFrame(world, device.id, frame, packet, DropReason.UNHANDLED_PROTO);
  }
}

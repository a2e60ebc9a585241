/**
 * AF_PACKET sockets listening on devices: dev_queue_xmit_nit() and the ptype lists of net/core/dev.c. A socket for all
 * protocols (ETH_P_ALL) sees every frame, also outgoing ones; one for a single EtherType sees what would go to that protocol.
 */

import { packetRcv } from "../socket/packet-rcv.ts";
import type { Bridge, DevId, NetDevice, Socket, SocketId, World } from "../types.ts";
import { dev, netns, touchConfig } from "../world.ts";
import { forgetFloodPlans } from "./bridge/flood.ts";

const ETH_P_ALL = 0x0003;

/** Puts a packet socket on its device (`socket.dev`), or where that is null on all devices of its namespace. */
export function tapAttach(world: World, id: SocketId): void {
  const socket = world.sockets[id] as Socket;
  for (const devId of tappedDevs(world, socket)) setTaps(world, dev(world, devId), [...dev(world, devId).taps, id]);
  if (socket.dev === null) netns(world, socket.netns).taps.push(id);
}

/** Takes a packet socket off again; harmless where it isn't on. */
export function tapDetach(world: World, id: SocketId): void {
  const socket = world.sockets[id] as Socket;
  const without = (list: SocketId[]) => list.filter((other) => other !== id);
  for (const devId of tappedDevs(world, socket)) {
    const device = world.devs[devId];
    if (device) setTaps(world, device, without(device.taps));
  }
  const space = world.netns[socket.netns];
  if (space) space.taps = without(space.taps);
}

function setTaps(world: World, device: NetDevice, taps: SocketId[]): void {
  device.taps = taps;
  touchConfig(world);
  if (device.master !== null) forgetFloodPlans(world, dev(world, device.master).bridge as Bridge);
}

function tappedDevs(world: World, socket: Socket): readonly DevId[] {
  return socket.dev === null ? (world.netns[socket.netns]?.devs ?? []) : [socket.dev];
}

/** Hands a frame to the sockets for all protocols. @param pkttype PACKET_OUTGOING for what the device sends */
export function tapAll(world: World, device: NetDevice, frame: number, packet: number, pkttype: number): void {
  for (const id of device.taps) {
    if ((world.sockets[id] as Socket).protocol === ETH_P_ALL) {
      packetRcv(world, id, device.id, frame, packet, pkttype);
    }
  }
}

/** Hands a received frame to the sockets for just its EtherType. */
export function tapProtocol(
  world: World,
  device: NetDevice,
  frame: number,
  packet: number,
  pkttype: number,
  ethertype: number,
): void {
  for (const id of device.taps) {
    if ((world.sockets[id] as Socket).protocol === ethertype) packetRcv(world, id, device.id, frame, packet, pkttype);
  }
}

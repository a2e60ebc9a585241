/**
 * What the last packets for this host were like, by the device that they came by: a packet with the same MAC, addresses and TOS is as
 * ordinary and goes to the same place, so that nothing of it need be asked again but its length (Linux's early demultiplexing remembers a
 * socket's dst in the same way). Only a cache: left behind by a copy of the world, void as soon as something is configured.
 */

import { frameLength, frameStart } from "../../sim/frames.ts";
import type { Mac } from "../../wire/address.ts";
import { IS_LITTLE_ENDIAN } from "../../wire/checksum.ts";
import { ETH_HLEN } from "../../wire/ethernet.ts";
import { IPV4_HLEN } from "../../wire/ipv4.ts";
import { NfHook } from "../netfilter/types.ts";
import { isHeaderSumOk } from "../skb.ts";
import type { NetDevice, Netns, World } from "../types.ts";
import { createRtable, type Rtable } from "./rtable.ts";

/** Words of a frame that begins in the second half of word 0, in the order in which the machine reads their bytes. */
export interface Arrival {
  source: number;
  destination: number;
  tos: number;
  macs: number;
  mac: number;
  /** The device's own, which those are. */
  own: Mac;
  /** Generations for which the answer holds: of the configuration (0: it isn't known yet), and of the tables. */
  config: number;
  local: number;
  main: number;
  readonly rt: Rtable;
}

/** Whoever is asked at these has to see each packet. */
const HOOKS = (1 << NfHook.PRE_ROUTING) | (1 << NfHook.LOCAL_IN);

/** The second half of the word that ends the Ethernet header, and the first byte of an IPv4 header without options. */
const TYPE_IP = 0x0008;
const VERSION_IHL = 0x45;
/** IP_MF and the offset, in the second half of the IP header's second word. */
const FRAGMENT = 0xff3f;

/** What is remembered of packets like this one, which is whole and right; or null: it has to be asked about. */
export const findArrival = (world: World, netns: Netns, device: NetDevice, frame: number): Arrival | null => {
  const known = world.arrivals[device.id];
  if (known === undefined || known === null || known.config !== world.quiet.generation) return null;
  const { pool } = world;
  const { words } = pool;
  const start = frameStart(pool, frame);
  const w = start >> 2;
  const first = words[w + 4] as number;
  if (words[w + 7] !== known.source || words[w + 8] !== known.destination || (start & 3) !== 2) return null;
  if ((words[w] as number) >>> 16 !== known.macs || words[w + 1] !== known.mac || device.mac !== known.own) return null;
  if ((words[w + 3] as number) >>> 16 !== TYPE_IP || (first & 0xff) !== VERSION_IHL) return null;
  if (((first >>> 8) & 0xff) !== known.tos || (((words[w + 5] as number) >>> 16) & FRAGMENT) !== 0) return null;
  const total = ((first >>> 8) & 0xff00) | (first >>> 24);
  if (total < IPV4_HLEN || total > frameLength(pool, frame) - ETH_HLEN) return null;
  if ((netns.nf.hooked & HOOKS) !== 0 || netns.rules !== null || netns.exceptions.size !== 0) return null;
  if (known.local !== netns.fib.local.generation || known.main !== netns.fib.main.generation) return null;
  return isHeaderSumOk(pool, frame, start + ETH_HLEN) ? known : null;
};

/** A packet for this host alone came by an end of a wire, and `rt` is what routing said of it. Remembered when it is the second such one. */
export function keepArrival(world: World, netns: Netns, device: NetDevice, frame: number, rt: Rtable): void {
  if (!IS_LITTLE_ENDIAN || (device.kind !== "veth" && device.kind !== "nic")) return;
  const { words } = world.pool;
  const start = frameStart(world.pool, frame);
  if ((start & 3) !== 2) return;
  const w = start >> 2;
  world.arrivals[device.id] ??= emptyArrival();
  const kept = world.arrivals[device.id] as Arrival;
  const isAgain = kept.source === words[w + 7] && kept.destination === words[w + 8];
  kept.source = words[w + 7] as number;
  kept.destination = words[w + 8] as number;
  kept.config = isAgain ? world.quiet.generation : 0;
  if (!isAgain) return;
  kept.tos = ((words[w + 4] as number) >>> 8) & 0xff;
  kept.macs = (words[w] as number) >>> 16;
  kept.mac = words[w + 1] as number;
  kept.own = device.mac;
  kept.local = netns.fib.local.generation;
  kept.main = netns.fib.main.generation;
  Object.assign(kept.rt, rt);
}

function emptyArrival(): Arrival {
  return {
    source: 0,
    destination: 0,
    tos: 0,
    macs: 0,
    mac: 0,
    own: 0 as Mac,
    config: 0,
    local: 0,
    main: 0,
    rt: createRtable(),
  };
}

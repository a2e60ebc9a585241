/**
 * Who certainly has nothing to say to an ARP question that everybody hears. On a bridge with a thousand hosts each question
 * reaches all of them and concerns one: what decides that (its device is an ordinary one, the one address of its namespace, no
 * forwarding) is remembered in two numbers a device, good until something is configured anywhere (touchConfig). Only a cache: whoever is not
 * certainly quiet is asked properly (neigh/arp.ts), and a law holds both to be the same.
 */
import { Nud } from "../base/trace-kind.ts";
import { type Ipv4, isLoopbackIpv4, type Mac } from "../wire/address.ts";
import { allRoutes } from "./fib/table.ts";
import { NUD_VALID } from "./neigh/entry.ts";
import { HEARD_KNOWN, HEARD_STRANGER, HEARD_UNKNOWN } from "./neigh/heard.ts";
import { type NeighTable, neighFind } from "./neigh/table.ts";
import { inDevForward, maxConf } from "./sysctl.ts";
import type { DevId, NetDevice, Netns, World } from "./types.ts";

/** An ARP broadcast, and the row (heardRow) of who sent it. Its protocol address is not 0.0.0.0. */
export interface Question {
  row: number;
  target: Ipv4;
  sender: Ipv4;
  mac: Mac;
}

/**
 * What a device, an end of a wire, makes of a broadcast ARP question or answer that asks it for nothing: HEARD_STRANGER or
 * HEARD_KNOWN. Then it is up, has no sniffer and no master. HEARD_UNKNOWN where it has to be asked properly.
 */
export function hears(world: World, id: DevId, { row, target, sender, mac }: Question): number {
  const { codes } = world.neigh.heard;
  const code = codes[row + id] as number;
  if (code !== HEARD_UNKNOWN) return world.quiet.words[2 * id + 1] === (target | 0) ? HEARD_UNKNOWN : code;
  if (!isForeign(world, id, target)) return HEARD_UNKNOWN;
  const found = whatItKnows(world.neigh, id, sender, mac);
  codes[row + id] = found;
  return found;
}

/** States that take no news from the wire. */
const UNMOVED = Nud.PERMANENT | Nud.NOARP;

/** As __neigh_update has it for a state STALE: nothing changes if the MAC is the same. */
function whatItKnows(t: NeighTable, id: DevId, sender: Ipv4, mac: Mac): number {
  const entry = neighFind(t, id, sender);
  if (entry < 0) return HEARD_STRANGER;
  const state = t.state[entry] as number;
  const isSettled = (state & UNMOVED) !== 0 || ((state & NUD_VALID) !== 0 && t.mac[entry] === mac);
  return isSettled ? HEARD_KNOWN : HEARD_UNKNOWN;
}

/** Whether an address is certainly nobody's whom the device would answer for: the quick form of asking the routes. */
export function isForeign(world: World, id: DevId, target: Ipv4): boolean {
  const { on, words, generation } = world.quiet;
  if (!on) return false;
  const at = 2 * id;
  const stamp = at < words.length ? (words[at] as number) : 0;
  if (stamp !== generation && (stamp === -generation || !refresh(world, id))) return false;
  return world.quiet.words[at + 1] !== (target | 0);
}

/** Finds out whether a device can be quiet at all, and for which address it is not. */
function refresh(world: World, id: DevId): boolean {
  const quiet = world.quiet;
  if (2 * id + 1 >= quiet.words.length) {
    const grown = new Int32Array(4 * world.devs.length);
    grown.set(quiet.words);
    quiet.words = grown;
  }
  const device = world.devs[id];
  const address = device ? soleAddress(world, device) : null;
  quiet.words[2 * id] = address === null ? -quiet.generation : quiet.generation;
  quiet.words[2 * id + 1] = address ?? 0;
  return address !== null;
}

/** The one own address of an ordinary device's namespace (0 for none), or null where it is not so simple. */
function soleAddress(world: World, device: NetDevice): Ipv4 | null {
  if (!device.up || device.noarp || device.master !== null || device.taps.length > 0) return null;
  const netns = world.netns[device.netns] as Netns;
  if (inDevForward(device) || maxConf(netns, device, "arp_accept") !== 0) return null;
  let sole = 0 as Ipv4;
  for (const [, route] of allRoutes(netns.fib)) {
    if (route.type !== "local" || isLoopbackIpv4(route.destination)) continue;
    if (route.prefixLen !== 32 || (sole !== 0 && sole !== route.destination)) return null;
    sole = route.destination;
  }
  return sole;
}

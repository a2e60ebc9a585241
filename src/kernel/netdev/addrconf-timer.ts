/**
 * What a host says on a link that gives it an IPv6 address: net/ipv6/addrconf.c (addrconf_dad_work, addrconf_dad_completed, addrconf_rs_timer),
 * mcast.c (mld_ifc_work, ipv6_mc_dad_complete) and ndisc.c. Each of it is a frame to a group, by which bridges learn where the host is. Left out:
 * nobody answers or objects.
 */
import { randomBelow } from "../../base/random.ts";
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import type { Mac } from "../../wire/address.ts";
import { ETH_P_IPV6 } from "../../wire/ethernet.ts";
import {
  emitListenerReport,
  emitNeighbourSolicitation,
  emitRouterSolicitation,
  LISTENER_REPORT_LEN,
  MAC_ALL_REPORTS,
  MAC_ALL_ROUTERS,
  NEIGHBOUR_SOLICITATION_LEN,
  ROUTER_SOLICITATION_LEN,
  solicitedNodeMac,
} from "../../wire/icmpv6.ts";
import type { DevId, NetDevice, World } from "../types.ts";
import { AddrconfStep, addrconfEra, addrconfLater } from "./addrconf.ts";
import { makeOwnFrame } from "./own-frame.ts";
import { devQueueXmit } from "./xmit.ts";

/** MLD_UNSOL: a report is said twice, the second time after a random part of this. */
const UNSOLICITED_INTERVAL_MS = 1000;
/** rtr_solicit_interval and rtr_solicit_max_interval, in milliseconds. */
const ROUTERS_INTERVAL_MS = 4000;
const ROUTERS_MAX_INTERVAL_MS = 3_600_000;

/** Event ADDRCONF. @param era see addrconfEra */
export function addrconfTimer(world: World, id: DevId, step: number, era: number): void {
  const device = world.devs[id];
  if (!device || device.linkLocal === null || addrconfEra(device) !== era) return;
  const { mac } = device.linkLocal;
  switch (step) {
    case AddrconfStep.REPORT:
      report(world, device, mac, false);
      addrconfLater(world, device, AddrconfStep.REPORT_AGAIN, unsolicited(world));
      return;
    case AddrconfStep.REPORT_AGAIN:
      report(world, device, mac, world.now_ns >= device.linkLocal.proven_ns);
      return;
    case AddrconfStep.SOLICIT: {
      const nonce = randomBelow(world.random, 2 ** 24) * 2 ** 24 + randomBelow(world.random, 2 ** 24);
      send(world, device, solicitedNodeMac(mac), NEIGHBOUR_SOLICITATION_LEN, (b, at) =>
        emitNeighbourSolicitation(b, at, mac, nonce),
      );
      addrconfLater(world, device, AddrconfStep.PROVEN, SECOND_NS);
      return;
    }
    case AddrconfStep.PROVEN:
      report(world, device, mac, true);
      addrconfLater(world, device, AddrconfStep.REPORT_LAST, unsolicited(world));
      askForRouters(world, device, mac, 0);
      return;
    case AddrconfStep.REPORT_LAST:
      report(world, device, mac, true);
      return;
    default:
      askForRouters(world, device, mac, step - AddrconfStep.ROUTERS);
  }
}

function unsolicited(world: World): number {
  return randomBelow(world.random, UNSOLICITED_INTERVAL_MS) * MS_NS;
}

function report(world: World, device: NetDevice, mac: Mac, isProven: boolean): void {
  send(world, device, MAC_ALL_REPORTS, LISTENER_REPORT_LEN, (b, at) => emitListenerReport(b, at, mac, isProven));
}

/** Asks, and will ask again after twice as long as the last time, give or take a tenth (RFC 7559). @param times asked so far */
function askForRouters(world: World, device: NetDevice, mac: Mac, times: number): void {
  send(world, device, MAC_ALL_ROUTERS, ROUTER_SOLICITATION_LEN, (b, at) => emitRouterSolicitation(b, at, mac));
  const interval_ms = Math.min(ROUTERS_INTERVAL_MS * 2 ** times, ROUTERS_MAX_INTERVAL_MS);
  const drawn_ms = Math.floor((interval_ms * (900 + randomBelow(world.random, 201))) / 1000);
  addrconfLater(world, device, AddrconfStep.ROUTERS + Math.min(times + 1, 10), drawn_ms * MS_NS);
}

function send(
  world: World,
  device: NetDevice,
  to: Mac,
  length: number,
  emit: (b: Uint8Array, at: number) => void,
): void {
  devQueueXmit(world, device.id, makeOwnFrame(world, device, to, ETH_P_IPV6, length, emit));
}

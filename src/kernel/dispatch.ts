/** Who handles which event of the kernel, and the loop that runs them. */
import { type Event, nextEventTime, popEvent } from "../sim/queue.ts";
import { inetCheckLifetime } from "./fib/devinet.ts";
import { fragExpire } from "./ipv4/fragment-expire.ts";
import { arpDelayed } from "./neigh/arp.ts";
import { neighPeriodicWork } from "./neigh/gc.ts";
import { neighTimers } from "./neigh/update.ts";
import { addrconfTimer } from "./netdev/addrconf-timer.ts";
import { floodReceive } from "./netdev/bridge/flood-receive.ts";
import { fdbCleanup } from "./netdev/bridge/learn.ts";
import { stpTimer } from "./netdev/bridge/stp/stp.ts";
import { linkwatchEvent } from "./netdev/carrier.ts";
import { loopbackReceive, netifReceive } from "./netdev/receive.ts";
import { ctGc } from "./netfilter/conntrack/gc.ts";
import { nfReject } from "./netfilter/reject.ts";
import { cleanupNet } from "./netns.ts";
import { tcpTimer } from "./tcp/timer.ts";
import { tunnelXmit } from "./tunnel/xmit.ts";
import { EventKind, type World } from "./types.ts";

/** Handles an event at `world.now_ns`. False: its kind is not the kernel's. */
export function kernelDispatch(world: World, event: Event): boolean {
  const { kind, a, b, c } = event;
  switch (kind) {
    case EventKind.FRAME_RX:
      netifReceive(world, a, b, c);
      return true;
    case EventKind.FLOOD_RX:
      floodReceive(world, a, b, c);
      return true;
    case EventKind.NEIGH_TIMER:
      neighTimers(world, a);
      return true;
    case EventKind.NEIGH_GC:
      neighPeriodicWork(world, a);
      return true;
    case EventKind.FDB_GC:
      fdbCleanup(world, a);
      return true;
    case EventKind.ARP_DELAYED:
      arpDelayed(world, a, b);
      return true;
    case EventKind.FRAG_TIMER:
      fragExpire(world, a, b);
      return true;
    case EventKind.IP_LOOPBACK:
      loopbackReceive(world, a, b, c);
      return true;
    case EventKind.PORT_TIMER:
      stpTimer(world, a, b);
      return true;
    case EventKind.CT_GC:
      ctGc(world);
      return true;
    case EventKind.NF_REJECT:
      nfReject(world, a, b, c);
      return true;
    case EventKind.TCP_TIMER:
      tcpTimer(world, a, b);
      return true;
    case EventKind.TUNNEL_XMIT:
      tunnelXmit(world, a, b, c);
      return true;
    case EventKind.NETNS_CLEANUP:
      cleanupNet(world, a);
      return true;
    case EventKind.ADDRESS_LIFE:
      inetCheckLifetime(world, a);
      return true;
    case EventKind.ADDRCONF:
      addrconfTimer(world, a, b, c);
      return true;
    case EventKind.LINKWATCH:
      linkwatchEvent(world, a);
      return true;
    default:
      return false;
  }
}

/**
 * Runs what happens up to and at `to_ns`, where the clock then stands. Pauses early once the trace has `rows` rows.
 * @param dispatch handles one event at `world.now_ns`
 * @returns false when it paused: call again to go on
 */
export function runUntil<W extends World>(
  world: W,
  to_ns: number,
  dispatch: (world: W, event: Event) => void,
  rows = Number.POSITIVE_INFINITY,
): boolean {
  const event: Event = { time_ns: 0, kind: 0, a: 0, b: 0, c: 0 };
  for (;;) {
    const next_ns = nextEventTime(world.queue);
    if (next_ns > to_ns || next_ns === Number.POSITIVE_INFINITY) break;
    if (world.trace.rows >= rows) return false;
    popEvent(world.queue, event);
    world.now_ns = event.time_ns;
    dispatch(world, event);
  }
  world.now_ns = to_ns;
  return true;
}

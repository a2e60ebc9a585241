/** What rules ask of a packet's connection: net/netfilter/xt_conntrack.c. */

import { SECOND_NS } from "../../../base/time.ts";
import { frameNfct } from "../../../sim/frames.ts";
import type { Ipv4 } from "../../../wire/address.ts";
import { dirOf, slotOf } from "../conntrack/table.ts";
import type { NfContext } from "../context.ts";
import { addressMatches, portMatches } from "../spec.ts";
import { stateBits } from "../state-bits.ts";
import { type AddressSpec, CtStateBit, CtStatusBit, type NfMatch, type PortSpec } from "../types.ts";

type Conntrack = Extract<NfMatch, { kind: "conntrack" }>;

/** conntrack_mt */
export function matchConntrack(ctx: NfContext, match: Conntrack): boolean {
  const { ct, pool, now_ns } = ctx.world;
  const nfct = frameNfct(pool, ctx.frame);
  const slot = slotOf(nfct);
  const status = slot < 0 ? 0 : (ct.status[slot] as number);
  if (match.states !== null) {
    let bits = stateBits(nfct);
    if ((status & CtStatusBit.SRC_NAT) !== 0) bits |= CtStateBit.SNAT;
    if ((status & CtStatusBit.DST_NAT) !== 0) bits |= CtStateBit.DNAT;
    if (((bits & match.states.bits) !== 0) === match.states.invert) return false;
  }
  if (slot < 0) return asksOnlyForState(match);
  if (match.direction !== null && (match.direction === "REPLY") !== (dirOf(nfct) === 1)) return false;
  if (match.status !== null && ((status & match.status.bits) !== 0) === match.status.invert) return false;
  if (match.protocol !== null && (ct.protocol[slot] === match.protocol.number) === match.protocol.invert) return false;
  const left_s = Math.floor(((ct.timeout_ns[slot] as number) - now_ns) / SECOND_NS);
  if (!portMatches(match.expire, left_s)) return false;
  return tuplesMatch(ctx, match, slot);
}

function tuplesMatch(ctx: NfContext, match: Conntrack, slot: number): boolean {
  const { ct } = ctx.world;
  const node = 2 * slot;
  const address = (spec: AddressSpec | null, value: number) =>
    spec === null || addressMatches(spec, (value >>> 0) as Ipv4);
  const port = (spec: PortSpec | null, value: number) => portMatches(spec, value);
  const original = ct.ports[node] as number;
  const reply = ct.ports[node + 1] as number;
  return (
    address(match.origSource, ct.source[node] as number) &&
    address(match.origDestination, ct.destination[node] as number) &&
    address(match.replSource, ct.source[node + 1] as number) &&
    address(match.replDestination, ct.destination[node + 1] as number) &&
    port(match.origSourcePort, original >>> 16) &&
    port(match.origDestinationPort, original & 0xffff) &&
    port(match.replSourcePort, reply >>> 16) &&
    port(match.replDestinationPort, reply & 0xffff)
  );
}

/** Without a connection nothing else about it can match: "info->match_flags & XT_CONNTRACK_STATE". */
function asksOnlyForState(match: Conntrack): boolean {
  return match.states !== null;
}

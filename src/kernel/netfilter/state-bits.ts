/** What a packet is to its connection, as rules ask for it: xt_state.c, net/netfilter/xt_conntrack.c. */
import { NFCT_UNTRACKED } from "./conntrack/table.ts";
import { CtStateBit } from "./types.ts";

const BY_CTINFO: readonly number[] = [
  CtStateBit.ESTABLISHED,
  CtStateBit.RELATED,
  CtStateBit.NEW,
  CtStateBit.ESTABLISHED,
  CtStateBit.RELATED,
];

/** CtStateBit of a packet by its frame's `frameNfct`. */
export function stateBits(nfct: number): number {
  if (nfct === 0) return CtStateBit.INVALID;
  if (nfct === NFCT_UNTRACKED) return CtStateBit.UNTRACKED;
  return BY_CTINFO[nfct & 7] ?? CtStateBit.INVALID;
}

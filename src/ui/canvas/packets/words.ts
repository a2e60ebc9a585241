/** The words beside a token. */
import { type AllText, allText } from "../../../i18n/all-text.ts";
import { type FrameFacts, frameFacts } from "../../events/frame-facts.ts";
import { frameWords, tunnelName } from "../../events/frame-words.ts";
import { currentScenery, ownerName } from "../../events/scenery.ts";
import { traceStore } from "../../store/stores.ts";
import { frameBytes } from "../../store/trace-columns.ts";

function factsOf(row: number) {
  const { columns, frames } = traceStore.getState();
  return frameFacts(frameBytes(frames, columns.frame[row] ?? -1));
}

/** What the frame of a trace row says in a few words; in half a line when the pointer is on it. */
export function wordsBeside(row: number, whole: boolean): string {
  const text = allText();
  const facts = factsOf(row);
  if (facts === null) return "";
  return whole ? frameWords(facts, text) : shortWords(facts, text);
}

/** Why a packet ended at this row. */
export function whyDropped(row: number): string {
  const { columns } = traceStore.getState();
  return allText().events.drop(ownerName(currentScenery(), columns.dev[row] ?? -1), columns.a[row] ?? 0);
}

function shortWords(facts: FrameFacts, text: AllText): string {
  const t = text.canvas;
  if (facts.inner !== null) return `${tunnelName(facts.inner.vni)}: ${shortWords(facts.inner.facts, text)}`;
  const { arp, icmp, ip } = facts;
  if (arp !== null) {
    if (arp.op === 2) return t.isAt(arp.spa, arp.sha);
    return arp.spa === arp.tpa ? t.announces(arp.spa) : t.whoHas(arp.tpa);
  }
  if (icmp !== null && icmp.type === 8) return t.echoRequest(icmp.seq);
  if (icmp !== null && icmp.type === 0) return t.echoReply(icmp.seq);
  return ip === null && facts.ip6 === null ? "" : frameWords(facts, text);
}

// The addresses that one packet had on its way: NAT writes others into it, a tunnel puts others around it. Pure.
import { TraceKind } from "../../base/trace-kind.ts";
import type { FrameFacts } from "../events/frame-facts.ts";
import { tunnelName } from "../events/frame-words.ts";
import { factsOf, type Scenery } from "../events/scenery.ts";
import type { Journey } from "./journey.ts";

export interface Guise {
  /** "172.17.0.2:40000 → 203.0.113.80:80"; in a tunnel the outer ones first: "VXLAN 1 192.168.1.10 → 192.168.1.11 [ … ]". */
  readonly text: string;
  readonly wrapped: boolean;
  /** The first row in which the packet has these addresses, and the first in which it has others. */
  readonly from: number;
  readonly end: number;
}

/** Rows whose frame is the packet as it stands then. */
const SHOWN: ReadonlySet<number> = new Set([TraceKind.HOP, TraceKind.DELIVER, TraceKind.DROP, TraceKind.NAT]);

/** One after the other; a single one for a packet that nobody rewrote, none for what is not IP. */
export function guisesOf(s: Scenery, journey: Journey): Guise[] {
  const guises: { text: string; wrapped: boolean; from: number; end: number }[] = [];
  for (const row of rowsOf(journey).sort((a, b) => a - b)) {
    if (!SHOWN.has(s.columns.kind[row]!)) continue;
    const facts = factsOf(s, row);
    if (facts?.ip == null) continue;
    const text = addressesOf(facts);
    const last = guises.at(-1);
    if (last?.text === text) continue;
    if (last !== undefined) last.end = row;
    guises.push({ text, wrapped: facts.inner !== null, from: row, end: Number.POSITIVE_INFINITY });
  }
  return guises;
}

function addressesOf({ ip, ports, inner }: FrameFacts): string {
  if (ip === null) return "";
  if (inner !== null) return `${tunnelName(inner.vni)} ${ip.src} → ${ip.dst} [ ${addressesOf(inner.facts)} ]`;
  const end = (address: string, port: number | undefined) => (port === undefined ? address : `${address}:${port}`);
  return `${end(ip.src, ports?.src)} → ${end(ip.dst, ports?.dst)}`;
}

function rowsOf(journey: Journey): number[] {
  return [...journey.rows, ...journey.copies.flatMap(rowsOf)];
}

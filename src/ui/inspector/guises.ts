// The addresses that one packet had on its way: NAT writes others into it. Pure.
import { TraceKind } from "../../base/trace-kind.ts";
import { factsOf, type Scenery } from "../events/scenery.ts";
import type { Journey } from "./journey.ts";

export interface Guise {
  /** "172.17.0.2:40000 → 203.0.113.80:80" */
  readonly text: string;
  /** The first row in which the packet has these addresses, and the first in which it has others. */
  readonly from: number;
  readonly end: number;
}

/** Rows whose frame is the packet as it stands then. */
const SHOWN: ReadonlySet<number> = new Set([TraceKind.HOP, TraceKind.DELIVER, TraceKind.DROP, TraceKind.NAT]);

/** One after the other; a single one for a packet that nobody rewrote, none for what is not IP. */
export function guisesOf(s: Scenery, journey: Journey): Guise[] {
  const guises: { text: string; from: number; end: number }[] = [];
  for (const row of rowsOf(journey).sort((a, b) => a - b)) {
    if (!SHOWN.has(s.columns.kind[row]!)) continue;
    const facts = factsOf(s, row);
    if (facts?.ip == null) continue;
    const { ip, ports } = facts;
    const end = (address: string, port: number | undefined) => (port === undefined ? address : `${address}:${port}`);
    const text = `${end(ip.src, ports?.src)} → ${end(ip.dst, ports?.dst)}`;
    const last = guises.at(-1);
    if (last?.text === text) continue;
    if (last !== undefined) last.end = row;
    guises.push({ text, from: row, end: Number.POSITIVE_INFINITY });
  }
  return guises;
}

function rowsOf(journey: Journey): number[] {
  return [...journey.rows, ...journey.copies.flatMap(rowsOf)];
}

/** What moves, waits or ends at a moment, found in the flights table by binary search; and how long it will go on. */
import { FAULT_NS, type Flights, INNER_NS, isQuiet, MARK_NS, Mark, type Marks } from "./flights.ts";
import { upperBound } from "./growing.ts";

/** Calls `visit` for each flight that is in the air at `t_ns`, oldest first. */
export function visitFlights(flights: Flights, t_ns: number, visit: (flight: number) => void): void {
  const end = upperBound(flights.key_ns, flights.count, t_ns);
  for (let i = upperBound(flights.key_ns, end, t_ns - flights.longest_ns - 1); i < end; i++) {
    if (flights.t0_ns[i]! <= t_ns && t_ns < flights.t1_ns[i]!) visit(i);
  }
}

/** Calls `visit` for each frame that waits for a MAC at `t_ns`, oldest first. */
export function visitWaits(flights: Flights, t_ns: number, visit: (wait: number) => void): void {
  const { waits } = flights;
  const end = upperBound(waits.t0_ns, waits.count, t_ns);
  const begin = upperBound(waits.t0_ns, end, t_ns - waits.longest_ns - 1);
  for (const wait of waits.open) if (wait < begin && waits.seen_ns[wait]! <= t_ns) visit(wait);
  for (let i = begin; i < end; i++) if (waits.seen_ns[i]! <= t_ns && t_ns < waits.t1_ns[i]!) visit(i);
}

/** When a mark appears, ns: when what brought the packet there has arrived, which the trace may call the same instant. */
export function markStart(flights: Flights, mark: number): number {
  const { marks } = flights;
  const flight = marks.flight[mark]!;
  return flight < 0 ? marks.t_ns[mark]! : Math.max(marks.t_ns[mark]!, flights.t1_ns[flight]!);
}

/** For how long a mark is seen, ns. */
export function markLength(marks: Marks, mark: number): number {
  return marks.what[mark] === Mark.DROP && !isQuiet(marks.reason[mark]!) ? FAULT_NS : MARK_NS;
}

/** Calls `visit` for each end that is still seen at `t_ns`, oldest first. */
export function visitMarks(flights: Flights, t_ns: number, visit: (mark: number) => void): void {
  const { marks } = flights;
  const end = upperBound(marks.t_ns, marks.count, t_ns);
  for (let i = upperBound(marks.t_ns, end, t_ns - FAULT_NS - INNER_NS); i < end; i++) {
    const start_ns = markStart(flights, i);
    if (start_ns <= t_ns && t_ns < start_ns + markLength(marks, i)) visit(i);
  }
}

/** When the last thing that moves at `t_ns` or moved before is over; 0 when nothing ever did. Input to elastic time. */
export function inFlightUntil(flights: Flights, t_ns: number): number {
  let until_ns = 0;
  const end = upperBound(flights.key_ns, flights.count, t_ns);
  const last_ns = end > 0 ? flights.key_ns[end - 1]! : 0;
  for (let i = upperBound(flights.key_ns, end, last_ns - flights.longest_ns - 1); i < end; i++) {
    until_ns = Math.max(until_ns, flights.t1_ns[i]!);
  }
  const { marks } = flights;
  const last = upperBound(marks.t_ns, marks.count, t_ns);
  for (let i = last - 1; i >= 0 && marks.t_ns[i]! + FAULT_NS + INNER_NS > t_ns; i--) {
    until_ns = Math.max(until_ns, markStart(flights, i) + markLength(marks, i));
  }
  return until_ns;
}

/** The shortest flight in the air at `t_ns`, ns; `otherwise` when nothing flies. Input to elastic time. */
export function shortestHop(flights: Flights, t_ns: number, otherwise: number): number {
  let shortest_ns = Number.POSITIVE_INFINITY;
  visitFlights(flights, t_ns, (i) => {
    const took_ns = flights.t1_ns[i]! - flights.key_ns[i]!;
    if (took_ns > 0) shortest_ns = Math.min(shortest_ns, took_ns);
  });
  return shortest_ns === Number.POSITIVE_INFINITY ? otherwise : shortest_ns;
}

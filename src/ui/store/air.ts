/** The flights table of the open branch, kept in step with the trace. */
import { clearFlights, createFlights, extendFlights, type Flights } from "../motion/flights.ts";
import { traceStore } from "./stores.ts";
import { frameBytes } from "./trace-columns.ts";

const flights = createFlights();
let epoch = -1;

/** Reads what the trace has gained since the last call; after a fork, a rewind's new future or another scene, all of it. */
export function flightsNow(): Flights {
  const trace = traceStore.getState();
  if (trace.epoch !== epoch) clearFlights(flights);
  epoch = trace.epoch;
  if (flights.rows !== trace.rows) {
    extendFlights(flights, trace.columns, (i) => frameBytes(trace.frames, i), flights.rows);
  }
  return flights;
}

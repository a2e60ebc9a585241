/** What nc remembers while it runs. */
import type { SocketId } from "../../kernel/types.ts";
import type { Ipv4 } from "../../wire/address.ts";
import type { Resolver } from "../names/resolver.ts";
import type { NcOptions } from "./options.ts";
import type { Transfer } from "./transfer.ts";

/** Timer slots beside those of the transfer: -q, a test datagram, and the next port. */
export const QUIT = 1;
export const TEST = 2;
export const NEXT_PORT = 4;

export interface Nc {
  o: NcOptions;
  resolver: Resolver;
  address: Ipv4;
  /** Ports still to be tried, the present one first. */
  ports: number[];
  listener: SocketId | null;
  socket: SocketId | null;
  /** -v: an end that is still to be told of, by its name if it has one. */
  report: { what: string; address: Ipv4; port: number } | null;
  /** Test datagrams so far. */
  tests: number;
  transfer: Transfer | null;
  status: number;
}

/** How a step went: it waits, the next port is due, or the connection stands. */
export type Step = "wait" | "next" | "talk";

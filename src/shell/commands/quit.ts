/** How a command that runs in one go ends early: by an exception that carries its exit status. */
import { exit, write } from "../process.ts";
import type { Sys } from "../types.ts";

/** Thrown by `quit` only, caught by `runToEnd` only. */
export class Quit extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`exit ${status}`);
    this.status = status;
  }
}

/** Says `text` on stderr and ends the command. */
export function quit(sys: Sys, text: string, status: number): never {
  write(sys, 2, text);
  throw new Quit(status);
}

/** Ends the command with words that nobody takes for Linux's: what was asked for exists there, but not here. */
export function notSimulated(sys: Sys, what: string): never {
  quit(sys, `playground: ${what} is not simulated\n`, 1);
}

/** Runs a command whose whole work is one call; it exits with what `body` returns, or what it quit with. */
export function runToEnd(sys: Sys, body: () => number | null): void {
  let status: number | null;
  try {
    status = body();
  } catch (error) {
    if (!(error instanceof Quit)) throw error;
    status = error.status;
  }
  if (status !== null) exit(sys, status);
}

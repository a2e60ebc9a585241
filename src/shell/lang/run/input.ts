/** Commands that the shell reads from stdin, line by line. */
import { awaitInput, isTerminal, readLine, write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { expandHistory } from "../builtins/prompt.ts";
import { complain, farewell, isDash } from "./messages.ts";
import { startScript } from "./script.ts";
import type { ShellState } from "./state.ts";
import { leave } from "./trap.ts";

/** Reads on to the next whole command and puts it on the stack. False: the shell waits, or has ended. */
export function nextLine(sys: Sys, state: ShellState): boolean {
  if (!state.prompted) reportJobs(sys, state);
  const line = readLine(sys);
  state.prompted = line === undefined;
  if (line === undefined) {
    awaitInput(sys);
    return false;
  }
  if (line === null && state.pending === "") {
    if (state.interactive && isTerminal(sys, 0)) write(sys, 2, isDash(state) ? "\n" : farewell(state));
    leave(sys, state, state.status);
    return sys.proc.exit === null;
  }
  const typed = line === null ? "" : remember(sys, state, line);
  if (typed === null) return true;
  startScript(sys, state, state.pending + (line === null ? "" : `${typed}\n`), line !== null);
  return true;
}

/** A line of a prompt goes to the history, its `!` replaced; null: it names a line that is not there. */
function remember(sys: Sys, state: ShellState, line: string): string | null {
  if (!state.interactive || isDash(state)) return line;
  const expanded = expandHistory(state.history, line);
  if ("event" in expanded) {
    complain(sys, state, `${expanded.event}: event not found`);
    return null;
  }
  if (expanded.line !== line) write(sys, 2, `${expanded.line}\n`);
  if (expanded.line.trim() !== "") state.history.push(expanded.line);
  return expanded.line;
}

/** At a prompt: which background jobs have ended since the last one. */
function reportJobs(sys: Sys, state: ShellState): void {
  if (!state.interactive) return;
  for (const job of state.jobs) {
    const ended = state.ended.get(job.proc);
    if (!ended) continue;
    const how =
      ended.signal === "SIGINT"
        ? "Interrupt"
        : ended.signal
          ? "Terminated"
          : ended.exit === 0
            ? "Done"
            : `Exit ${ended.exit}`;
    write(sys, 2, `[${job.number}]+  ${how.padEnd(22)}  ${job.text}\n`);
    state.ended.delete(job.proc);
  }
  state.jobs = state.jobs.filter((job) => sys.world.procs[job.proc]?.exit === null);
}

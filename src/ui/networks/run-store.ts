/** A plan that is being typed, or has been: it goes on when its dialog is closed. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { uiStore } from "../shell/ui-state.ts";
import { notify } from "../store/notices.ts";
import { undo } from "../store/session.ts";
import { logStore } from "../store/stores.ts";
import type { HostPlan, PlanLine } from "./connect-plan.ts";
import { type Outcome, runLines } from "./run-lines.ts";

export interface Run {
  readonly plan: readonly HostPlan[];
  /** The lines of the plan that are typed, in order, and the one that is next. */
  readonly lines: readonly PlanLine[];
  readonly at: number;
  /** Null while it goes on. */
  readonly outcome: Outcome | null;
  /** Tip of the log before the first line. */
  readonly from: number;
}

const runStore = createStore<{ readonly run: Run | null }>(() => ({ run: null }));

export function useRun(): Run | null {
  return useStore(runStore, (s) => s.run);
}

/** Types all lines of the plan whose work is not done yet. */
export async function startRun(plan: readonly HostPlan[]): Promise<void> {
  const lines = plan.flatMap((host) => host.lines.filter((line) => !line.stands));
  const set = (change: Partial<Run>) =>
    runStore.setState((s) => (s.run === null ? s : { run: { ...s.run, ...change } }));
  runStore.setState({ run: { plan, lines, at: 0, outcome: null, from: logStore.getState().tip } });
  const outcome = await runLines(lines, { tell: (at) => set({ at }) });
  set({ outcome });
  if (uiStore.getState().connect !== null) return;
  // Nobody looks at the dialog any more.
  const { at } = runStore.getState().run ?? { at: 0 };
  const host = lines[at]?.node ?? "";
  endRun();
  if (outcome.type === "failed") notify("error", (t) => t.networks.lineFailed(host, outcome.words));
  else if (outcome.type === "away") notify("note", (t) => t.notice.away(host));
  else if (outcome.type === "stopped") notify("note", (t) => t.networks.stopped(host));
}

/** Forgets the run: the dialog is free for another plan. */
export function endRun(): void {
  runStore.setState({ run: null });
}

/** Undoes what the run has typed. */
export async function takeBack(from: number): Promise<void> {
  const typed = () => {
    const { path, tip } = logStore.getState();
    return tip !== from && (from < 0 || path.some(({ id }) => id === from));
  };
  while (typed() && logStore.getState().canUndo) await undo();
  endRun();
}

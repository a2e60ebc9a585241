/** Types lines into hosts' terminals one after the other: each waits until the one before has ended. */
import type { NodeView } from "../../protocol/view.ts";
import { nodeByName } from "../shell/actions.ts";
import { exec } from "../store/session.ts";
import { logStore, terminalStore, worldStore } from "../store/stores.ts";

export type Outcome =
  | { readonly type: "done" }
  /** A line failed: what its terminal said. */
  | { readonly type: "failed"; readonly at: number; readonly words: string }
  /** The terminal's prompt stands somewhere else. */
  | { readonly type: "away"; readonly at: number }
  /** The host is gone, or what had been typed was undone. */
  | { readonly type: "stopped"; readonly at: number };

export interface RunOptions {
  /** Is told which line is next, before it is typed. */
  readonly tell?: (at: number) => void;
  /** What a line says to stderr ends it. */
  readonly failuresCount?: boolean;
  /** Asked before each line: false ends it. */
  readonly isWanted?: () => boolean;
}

/** @param lines nodes go by name */
export async function runLines(
  lines: readonly { readonly node: string; readonly line: string }[],
  { tell = () => {}, failuresCount = true, isWanted = () => true }: RunOptions = {},
): Promise<Outcome> {
  let last = -1;
  for (const [at, { node: name, line }] of lines.entries()) {
    tell(at);
    const entry = last;
    await until(() => isUndone(entry) || hostOf(name)?.busy !== true);
    const host = hostOf(name);
    if (host === undefined || isUndone(entry) || !isWanted()) return { type: "stopped", at };
    if (host.away) return { type: "away", at };
    if (!(await exec(host.id, line))) return { type: "stopped", at };
    last = logStore.getState().tip;
    const typed = last;
    await until(() => isUndone(typed) || hostOf(name)?.busy !== true);
    if (isUndone(typed)) return { type: "stopped", at };
    const words = failuresCount ? complaint(host.id, line) : null;
    if (words !== null) return { type: "failed", at, words };
  }
  return { type: "done" };
}

function hostOf(name: string): NodeView | undefined {
  return nodeByName(worldStore.getState().nodes, name);
}

function isUndone(entry: number): boolean {
  return entry >= 0 && !logStore.getState().path.some(({ id }) => id === entry);
}

/** Looks again whenever the world or the log changes. */
function until(holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const look = () => {
      if (!holds()) return;
      for (const stop of stops) stop();
      resolve();
    };
    stops.push(worldStore.subscribe(look), logStore.subscribe(look));
    look();
  });
}

/** What the line's program said to stderr since it was typed; null when it is no failure. */
function complaint(node: string, line: string): string | null {
  const { chunks } = terminalStore.getState();
  const texts: string[] = [];
  for (let i = chunks.length - 1; i >= 0; i--) {
    const chunk = chunks[i]!;
    if (chunk.node !== node) continue;
    if (chunk.kind === "input") break;
    if (chunk.kind === "stderr") texts.unshift(chunk.text);
  }
  const text = texts.join("").trim();
  // The pulling of an image is told there too.
  const isFailure = line.startsWith("docker run") ? /^(docker: |Error|See 'docker)/m.test(text) : text !== "";
  return isFailure ? text : null;
}

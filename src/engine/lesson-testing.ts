/** Plays lessons and puzzles for tests, as the page does when somebody asks it to do a step. */
import type { LessonLine } from "../protocol/lesson.ts";
import { findNode } from "../worlds/exec.ts";
import { act, isPending, runTo, type Session } from "./session.ts";

const SLICE_NS = 200_000_000;
const PATIENCE_NS = 120_000_000_000;

/** Types lines into the nodes' terminals, each when nothing runs any more, and lets a second pass after the last. */
export function typeLines(session: Session, lines: readonly LessonLine[]): void {
  for (const { node, line } of lines) {
    const id = findNode(session.world, node)?.id;
    if (id === undefined) throw new Error(`there is no ${node}`);
    act(session, id, { type: "exec", line });
    const limit_ns = session.world.now_ns + PATIENCE_NS;
    do runTo(session, session.world.now_ns + SLICE_NS);
    while (isPending(session) && session.world.now_ns < limit_ns);
  }
  runTo(session, session.world.now_ns + 5 * SLICE_NS);
}

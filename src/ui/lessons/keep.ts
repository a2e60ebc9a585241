/** The open lesson is kept with the session: a reload takes it up where it was. */
import { type Lesson, sceneOfLesson } from "../../protocol/lesson.ts";
import { parseLesson } from "../../protocol/lesson-schema.ts";
import { SCENES } from "../../scenes/scenes.ts";
import { openScene } from "../store/session.ts";
import { isNumber, isRecord, readJson, writeStored } from "../store/storage.ts";
import { sceneStore } from "../store/stores.ts";
import { takeUpLesson } from "./course.ts";
import { type Begin, freshLesson, lessonStore, type OpenLesson, type Progress } from "./lesson-store.ts";

const NAME = "lesson";

/** Keeps what is open from now on. */
lessonStore.subscribe(({ open }) => writeStored(NAME, open === null ? null : JSON.stringify(open)));

/** The next lesson doesn't come back to where this one was. */
export function forgetKept(): void {
  writeStored(NAME, null);
}

/** Once a scene is open. What the address asks for goes before what the last visit left. */
export function resumeWhenOpen(): void {
  if (new URLSearchParams(location.search).has("lesson")) return;
  if (openScene() !== null) return void resumeLesson();
  const stop = sceneStore.subscribe(() => {
    stop();
    void resumeLesson();
  });
}

/** Takes up what the last visit left, if its scene is the one that is open. @param id only this lesson */
export async function resumeLesson(id?: string): Promise<boolean> {
  const kept = lessonStore.getState().open === null ? readKept() : null;
  const scene = openScene();
  if (kept === null || scene === null || (id !== undefined && kept.lesson.id !== id)) return false;
  const own = sceneOfLesson(kept.lesson, SCENES);
  if (JSON.stringify(own) !== JSON.stringify(scene)) {
    forgetKept();
    return false;
  }
  await takeUpLesson(kept);
  return true;
}

function readKept(): OpenLesson | null {
  const kept = readJson(NAME);
  if (!isRecord(kept)) return null;
  const lesson = parseLesson(
    kept.lesson,
    SCENES.map(({ id }) => id),
  );
  if (!lesson.ok) return null;
  return soundState(kept, lesson.value);
}

/** As much of it as makes sense. */
function soundState(kept: Readonly<Record<string, unknown>>, lesson: Lesson): OpenLesson | null {
  const fresh = freshLesson(lesson, kept.assess === true, isNumber(kept.opened_ms) ? kept.opened_ms : Date.now());
  const { progress, at } = kept;
  if (!Array.isArray(progress) || progress.length !== fresh.progress.length || !progress.every(isProgress)) return null;
  return {
    ...fresh,
    progress,
    at: isNumber(at) ? Math.min(Math.max(0, Math.floor(at)), progress.length) : 0,
    hints: isNumber(kept.hints) ? kept.hints : 0,
    ended_ms: isNumber(kept.ended_ms) ? kept.ended_ms : null,
    ended_ns: isNumber(kept.ended_ns) ? kept.ended_ns : null,
  };
}

function isProgress(value: unknown): value is Progress {
  if (!isRecord(value) || typeof value.done !== "boolean" || typeof value.helped !== "boolean") return false;
  const isOption = (one: unknown) => one === null || isNumber(one);
  const { begin, chosen, right, tries } = value;
  return (
    (begin === null || isBegin(begin)) && (isOption(chosen) || chosen === "shown") && isOption(right) && isNumber(tries)
  );
}

function isBegin(value: unknown): value is Begin {
  if (!isRecord(value) || !isRecord(value.since)) return false;
  const { row, chunk, applied } = value.since;
  return [row, chunk, applied, value.tip, value.at_ns, value.entries].every(isNumber);
}

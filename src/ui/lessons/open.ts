/** Opening a lesson: by its id, from a link, or from a file's text. What was open is kept, and stays open when the lesson is refused. */

import { textStore } from "../../i18n/text.ts";
import type { Lesson, LessonFault } from "../../protocol/lesson.ts";
import { sceneOfLesson } from "../../protocol/lesson.ts";
import { LESSON_CHARACTERS, readLesson } from "../../protocol/lesson-schema.ts";
import { LESSONS } from "../../scenes/lessons/lessons.ts";
import { PUZZLES } from "../../scenes/lessons/puzzles.ts";
import { SCENES } from "../../scenes/scenes.ts";
import { openState } from "../shell/open-scene.ts";
import { uiStore } from "../shell/ui-state.ts";
import { notify } from "../store/notices.ts";
import { load, savedState } from "../store/session.ts";
import { nameLesson } from "./address.ts";
import { beginLesson, closeLesson, skipTo } from "./course.ts";
import { forgetKept, resumeLesson } from "./keep.ts";
import { type LessonText, lessonText } from "./lesson-text.ts";

/** Longest wait for a file from a link, ms. */
const FETCH_MS = 15_000;

/** A lesson or puzzle of the page's own. */
export function lessonById(id: string): Lesson | undefined {
  return [...LESSONS, ...PUZZLES].find((one) => one.id === id);
}

/** Opens a lesson of the page's own, or takes it up where the last visit left it. False, and a sentence, when there is none with this id. @param step to begin with, from 1 */
export async function openLessonById(id: string, step = 1): Promise<boolean> {
  const lesson = lessonById(id);
  if (lesson !== undefined && (await resumeLesson(id))) return true;
  return lesson === undefined ? refuse((t) => t.noSuch(id)) : openLesson(lesson, step);
}

/** Opens what a link leads to: relative to this page, or by http or https. */
export async function openLessonFrom(link: string, step = 1): Promise<boolean> {
  const url = URL.canParse(link, location.href) ? new URL(link, location.href) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return refuse((t) => t.badLink(link));
  let text: string;
  try {
    const reply = await fetch(url, { credentials: "omit", signal: AbortSignal.timeout(FETCH_MS) });
    if (!reply.ok) return refuse((t) => t.badReply(url.href, reply.status));
    text = await readCapped(reply);
  } catch {
    return refuse((t) => (url.origin === location.origin ? t.noReply(url.href) : t.noReplyElsewhere(url.href)));
  }
  if (!(await openLessonText(text, step))) return false;
  nameLesson(link);
  return true;
}

/** A reply's text, no more of it than is enough to see that it is too long. */
async function readCapped(reply: Response): Promise<string> {
  const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) return text;
    text += part.value;
    if (text.length <= LESSON_CHARACTERS) continue;
    await reader?.cancel();
    return text;
  }
}

/** Opens the text of a lesson file; a sentence says what is wrong with it. */
export async function openLessonText(text: string, step = 1): Promise<boolean> {
  const read = readLesson(
    text,
    SCENES.map(({ id }) => id),
  );
  return read.ok ? openLesson(read.value, step) : refuse((t) => `${t.refused} ${faultWords(t, read.error)}`);
}

/** Lets somebody choose a file of their own. */
export function openLessonFile(): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".json,application/json";
  input.addEventListener("change", () => {
    void input.files?.[0]?.text().then((text) => openLessonText(text));
  });
  input.click();
}

/** Which step, which field, and what is wrong there. */
export function faultWords(t: LessonText, { code, step, path, params }: LessonFault): string {
  const place = t.place(step, path);
  return `${place}${place === "" ? "" : t.colon}${t.faults[code](params.expected, params.found)}`;
}

function refuse(say: (t: LessonText) => string): false {
  notify("error", () => say(lessonText()));
  return false;
}

/** Opens a lesson in place of what is open; that is kept, and can be brought back. */
export async function openLesson(lesson: Lesson, step = 1): Promise<boolean> {
  const scene = sceneOfLesson(lesson, SCENES);
  if (scene === null) return false;
  closeLesson();
  const opened = await openState(scene, {
    open: () => load(scene),
    positions: {},
    left: savedState(),
    say: (title) => textStore.getState().text.networks.leftScene(title),
  });
  if (!opened) return false;
  uiStore.setState({ lessons: false });
  nameLesson(lesson === lessonById(lesson.id) ? lesson.id : null);
  await beginLesson(lesson, isAssessed());
  const last = lesson.kind === "lesson" ? lesson.steps.length : 1;
  if (step > 1) await skipTo(Math.min(Math.floor(step), last) - 1);
  return true;
}

/** The lesson anew, from its first step. */
export async function startOver(lesson: Lesson): Promise<void> {
  forgetKept();
  await openLesson(lesson);
}

/** Whether the page's address asks for the learner's results: `assess=1`. */
function isAssessed(): boolean {
  const wish = new URLSearchParams(location.search).get("assess");
  return wish !== null && !/^(0|false|no|off)$/i.test(wish);
}

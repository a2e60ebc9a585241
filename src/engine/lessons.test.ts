/** Every lesson is played through: its lines lead to where the step is done, and one option of each prediction turns out right. */
import "../worlds/whole.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ENTRY_COLUMNS, FRAME_PROTOCOLS, type LessonStep, type StepLesson, sceneOfLesson } from "../protocol/lesson.ts";
import { parseLesson, readLesson } from "../protocol/lesson-schema.ts";
import type { Scene } from "../protocol/scene.ts";
import { LESSONS } from "../scenes/lessons/lessons.ts";
import { SCENES } from "../scenes/scenes.ts";
import { findNode } from "../worlds/exec.ts";
import { holds, matches, stepBegins } from "./lesson.ts";
import { typeLines } from "./lesson-testing.ts";
import { createSession, type Session } from "./session.ts";

const sceneIds = SCENES.map(({ id }) => id);

test("there is a lesson for every scene but the one that is only large", () => {
  expect(LESSONS.map(({ id }) => id)).toEqual(sceneIds.filter((id) => id !== "docker0-full"));
});

test.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))("%s", (_, lesson) => {
  play(lesson);
});

test("the page about writing lessons: its example plays, and it names all that there is", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/lessons.md"), "utf8");
  const example = readLesson(/```json\n(.*?)```/s.exec(page)?.[1] ?? "", sceneIds);
  if (!example.ok || example.value.kind !== "lesson") throw new Error(JSON.stringify(example));
  play(example.value);
  const names = [
    ...Object.entries(ENTRY_COLUMNS).flat(2),
    ...FRAME_PROTOCOLS,
    "all",
    "any",
    "not",
    "ping",
    "curl",
    "entry",
  ];
  for (const name of [...names, "seen", "bridge", "dropped", "typed", "printed"]) expect(page).toContain(`\`${name}\``);
});

function play(lesson: StepLesson): void {
  expect(parseLesson(JSON.parse(JSON.stringify(lesson)), sceneIds)).toEqual({ ok: true, value: lesson });
  const session = createSession(sceneOfLesson(lesson, SCENES) as Scene);
  lesson.steps.forEach((step, i) => {
    const since = stepBegins(session);
    expect([i, holds(session, since, step.done)]).toEqual([i, false]);
    expect(step.lines?.length).toBeGreaterThan(0);
    typeLines(session, step.lines ?? []);
    expect([i, holds(session, since, step.done)]).toEqual([i, true]);
    const { options = [] } = step.predict ?? {};
    const right = options.filter(({ when }) => holds(session, since, when)).map(({ text }) => text.en);
    expect([i, right]).toEqual([i, options.length === 0 ? [] : [expect.any(String)]]);
    expect(missing(session, step)).toEqual([]);
  });
}

/** Nodes and devices that a step points at and that aren't there. */
function missing(session: Session, { highlight = {}, camera = "all" }: LessonStep): string[] {
  const { world } = session;
  const nodes = [...(highlight.nodes ?? []), ...(camera === "all" ? [] : camera.nodes)];
  const devices = (highlight.devices ?? []).filter((place) => {
    const [node = "", name] = place.split(":");
    const netns = findNode(world, node)?.netns;
    return !world.devs.some((dev) => dev?.netns === netns && dev?.name === name);
  });
  return [...nodes.filter((name) => findNode(world, name) === null), ...devices];
}

test.each([
  ["abc", "abc", true],
  ["abc", "ab", false],
  ["abc", "a*", true],
  ["abc", "*b*", true],
  ["abc", "a*c", true],
  ["aba", "ab*ba", false],
  ["a.c", "a?c", false],
  ["", "*", true],
])("%s is of the pattern %s: %s", (text, pattern, is) => {
  expect(matches(text, pattern)).toBe(is);
});

/** Checks lesson files: from a link, a dropped file, or the page's own. A fault says which step, which field and what is wrong, as a code. */
import * as v from "valibot";
import { err, ok, type Result } from "../base/result.ts";
import { DropReason } from "../base/trace-kind.ts";
import {
  ENTRY_COLUMNS,
  type EntryTable,
  FRAME_PROTOCOLS,
  type Lesson,
  type LessonFault,
  type Predicate,
} from "./lesson.ts";
import { parseScene } from "./schema.ts";

/** A lesson file of more characters is refused, and one whose lists and records nest deeper. */
export const LESSON_CHARACTERS = 1_000_000;
const DEEPEST = 40;

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(4_000));
const short = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/));
const words = v.strictObject({ en: text, zh: text });
// Never an option of ping's or curl's.
const host = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,252}$/));
const url = v.pipe(v.string(), v.maxLength(1_000), v.regex(/^http:\/\/[!-~]+$/));
const line = v.strictObject({ node: name, line: v.pipe(v.string(), v.minLength(1), v.maxLength(10_000)) });
const lines = v.pipe(v.array(line), v.maxLength(100));
const where = v.record(v.string(), v.pipe(v.string(), v.maxLength(200)));
const protocol = v.picklist(FRAME_PROTOCOLS);

const predicate: v.GenericSchema<unknown, Predicate> = v.lazy(() =>
  v.variant("type", [
    v.strictObject({
      type: v.picklist(["all", "any"]),
      of: v.pipe(v.array(predicate), v.minLength(1), v.maxLength(50)),
    }),
    v.strictObject({ type: v.literal("not"), of: predicate }),
    v.strictObject({
      type: v.literal("ping"),
      from: name,
      to: host,
      size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_000))),
    }),
    v.strictObject({
      type: v.literal("curl"),
      from: name,
      to: url,
      send: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9_000))),
    }),
    v.strictObject({
      type: v.literal("entry"),
      node: name,
      table: v.picklist(Object.keys(ENTRY_COLUMNS) as EntryTable[]),
      where,
    }),
    v.strictObject({
      type: v.literal("seen"),
      node: name,
      dev: v.optional(name),
      way: v.optional(v.picklist(["in", "out"])),
      protocol,
      where: v.optional(where),
    }),
    v.strictObject({
      type: v.literal("bridge"),
      node: name,
      bridge: name,
      did: v.picklist(["flood", "forward", "up"]),
      port: v.optional(short),
      protocol,
      where: v.optional(where),
    }),
    v.strictObject({
      type: v.literal("dropped"),
      node: v.optional(name),
      reason: v.picklist(Object.keys(DropReason)),
    }),
    v.strictObject({
      type: v.literal("typed"),
      node: name,
      program: short,
      words: v.optional(v.pipe(v.array(short), v.maxLength(20))),
    }),
    v.strictObject({ type: v.literal("printed"), node: name, line: short }),
  ]),
);

const highlight = v.strictObject({
  nodes: v.optional(v.array(name)),
  devices: v.optional(v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.-]{1,63}:[^\s:]{1,15}$/)))),
  packets: v.optional(v.array(protocol)),
});
const camera = v.union([v.literal("all"), v.strictObject({ nodes: v.pipe(v.array(name), v.minLength(1)) })]);

const option = v.strictObject({ text: words, when: predicate });
const step = v.strictObject({
  do: words,
  lines: v.optional(lines),
  predict: v.optional(
    v.strictObject({ question: words, options: v.pipe(v.array(option), v.minLength(2), v.maxLength(8)) }),
  ),
  watch: words,
  why: words,
  done: predicate,
  highlight: v.optional(highlight),
  camera: v.optional(camera),
});

// An inline scene is held against the scene's own schema afterwards.
const base = {
  version: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/)),
  title: words,
  scene: v.union([name, v.looseObject({})]),
  setup: v.optional(lines),
};
const lesson = v.variant("kind", [
  v.strictObject({
    ...base,
    kind: v.literal("lesson"),
    steps: v.pipe(v.array(step), v.minLength(1), v.maxLength(100)),
  }),
  v.strictObject({
    ...base,
    kind: v.literal("puzzle"),
    story: words,
    solved: predicate,
    hints: v.pipe(v.array(words), v.maxLength(20)),
    why: words,
    highlight: v.optional(highlight),
    camera: v.optional(camera),
  }),
]);

const fault = (code: LessonFault["code"], path = "", expected = "", found = ""): LessonFault => ({
  code,
  ...placeOf(path),
  params: { expected, found: found.slice(0, 80) },
});

/** "steps.2.done.type" is field "done.type" of step 3. */
function placeOf(path: string): { step: number | null; path: string } {
  const inStep = /^steps\.(\d+)(?:\.(.*))?$/.exec(path);
  return inStep === null ? { step: null, path } : { step: Number(inStep[1]) + 1, path: inStep[2] ?? "" };
}

/** Whether lists and records nest deeper than anything that a lesson needs. Looks without recursion. */
function isTooDeep(input: unknown): boolean {
  let level: unknown[] = [input];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}

function faultOf(issue: v.BaseIssue<unknown>): LessonFault {
  const path = v.getDotPath(issue) ?? "";
  const expected = issue.expected ?? "";
  const { received } = issue;
  if (path === "version") return fault("version", path, "1", received);
  if (issue.kind === "validation") return fault("form", path, expected || issue.type, received);
  if (expected === "never") return fault("unknown", path, "", received);
  if (received === "undefined") return fault("missing", path, expected);
  if (expected === "Object") return fault("type", path, expected, received);
  if (issue.type === "picklist" || issue.type === "literal" || issue.type === "variant") {
    return fault("choice", path, expected, received);
  }
  return fault("type", path, expected, received);
}

/** The first `entry` that asks for a column which its table doesn't have. */
function columnFault(item: unknown, path: string): LessonFault | null {
  if (typeof item !== "object" || item === null) return null;
  const { type, table, where: asked } = item as Record<string, unknown>;
  if (type === "entry" && typeof asked === "object" && asked !== null) {
    const columns: readonly string[] = ENTRY_COLUMNS[table as EntryTable];
    const wrong = Object.keys(asked).find((column) => !columns.includes(column));
    if (wrong !== undefined) return fault("column", `${path}.where.${wrong}`, columns.join(", "), wrong);
  }
  for (const [key, inner] of Object.entries(item)) {
    const found = columnFault(inner, path === "" ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

/** A lesson. Never throws. @param sceneIds built-in scenes that it may name */
export function parseLesson(input: unknown, sceneIds: readonly string[]): Result<Lesson, LessonFault> {
  if (isTooDeep(input)) return err(fault("too-deep", "", String(DEEPEST)));
  const result = v.safeParse(lesson, input);
  if (!result.success) return err(faultOf(result.issues[0]));
  const { scene, steps, solved } = result.output as { scene: unknown; steps?: unknown; solved?: unknown };
  if (typeof scene === "string") {
    if (!sceneIds.includes(scene)) return err(fault("scene", "scene", sceneIds.join(", "), scene));
  } else {
    const inline = parseScene(scene);
    if (!inline.ok) return err(fault("scene", "scene", "", inline.error));
  }
  const wrong = columnFault({ steps, solved }, "");
  return wrong === null ? ok(result.output as unknown as Lesson) : err(wrong);
}

/** A lesson file's text. */
export function readLesson(file: string, sceneIds: readonly string[]): Result<Lesson, LessonFault> {
  if (file.length > LESSON_CHARACTERS)
    return err(fault("too-large", "", String(LESSON_CHARACTERS), String(file.length)));
  try {
    return parseLesson(JSON.parse(file), sceneIds);
  } catch (e) {
    return err(fault("not-json", "", "", e instanceof Error ? e.message : ""));
  }
}

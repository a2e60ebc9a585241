import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ENTRY_COLUMNS, type Lesson } from "./lesson.ts";
import { LESSON_CHARACTERS, parseLesson, readLesson } from "./lesson-schema.ts";

const w = (text: string) => ({ en: text, zh: text });

function lesson(step: Record<string, unknown> = {}, whole: Record<string, unknown> = {}): Record<string, unknown> {
  const done = { type: "ping", from: "a", to: "10.0.0.1" };
  return {
    version: 1,
    kind: "lesson",
    id: "one",
    title: w("One"),
    scene: "same-host",
    steps: [
      { do: w("do"), watch: w("watch"), why: w("why"), done },
      { do: w("do"), watch: w("watch"), why: w("why"), done, ...step },
    ],
    ...whole,
  };
}

const faultOf = (input: unknown) => {
  const result = parseLesson(input, ["same-host"]);
  return result.ok ? null : result.error;
};

test("a sound lesson comes back as it was", () => {
  const sound = lesson({
    predict: {
      question: w("?"),
      options: [w("x"), w("y")].map((text) => ({
        text,
        when: { type: "not", of: { type: "curl", from: "a", to: "http://b/" } },
      })),
    },
  });
  expect(parseLesson(sound, ["same-host"])).toEqual({ ok: true, value: sound });
});

test.each([
  ["another version", lesson({}, { version: 2 }), { code: "version", step: null, path: "version" }],
  ["no Chinese", lesson({ why: { en: "why" } }), { code: "missing", step: 2, path: "why.zh" }],
  ["a misspelt field", lesson({ wacth: w("x") }), { code: "unknown", step: 2, path: "wacth" }],
  ["a number for a text", lesson({ do: { en: 3, zh: "x" } }), { code: "type", step: 2, path: "do.en" }],
  ["no such predicate", lesson({ done: { type: "pong" } }), { code: "choice", step: 2, path: "done.type" }],
  [
    "no such drop reason",
    lesson({ done: { type: "dropped", reason: "BAD" } }),
    { code: "choice", step: 2, path: "done.reason" },
  ],
  [
    "a name with a blank",
    lesson({ done: { type: "ping", from: "a b", to: "c" } }),
    { code: "form", step: 2, path: "done.from" },
  ],
  [
    "one option",
    lesson({ predict: { question: w("?"), options: [] } }),
    { code: "form", step: 2, path: "predict.options" },
  ],
  ["no such scene", lesson({}, { scene: "nowhere" }), { code: "scene", step: null, path: "scene" }],
  ["a scene that is none", lesson({}, { scene: { version: 1 } }), { code: "scene", step: null, path: "scene" }],
  ["neither lesson nor puzzle", lesson({}, { kind: "exam" }), { code: "choice", step: null, path: "kind" }],
  ["no record", null, { code: "type", step: null, path: "" }],
])("%s", (_, input, fault) => {
  expect(faultOf(input)).toMatchObject(fault);
});

test("a column that the table doesn't have is named, with those that it has", () => {
  const done = { type: "all", of: [{ type: "entry", node: "a", table: "fdb", where: { port: "x" } }] };
  expect(faultOf(lesson({ done }))).toEqual({
    code: "column",
    step: 2,
    path: "done.of.0.where.port",
    params: { expected: ENTRY_COLUMNS.fdb.join(", "), found: "port" },
  });
});

test("files: no JSON, too large, nested without end", () => {
  const codeOf = (file: string) => {
    const result = readLesson(file, []);
    return result.ok ? null : result.error.code;
  };
  expect(codeOf("{")).toBe("not-json");
  expect(codeOf(" ".repeat(LESSON_CHARACTERS + 1))).toBe("too-large");
  expect(codeOf(`${"[".repeat(400_000)}${"]".repeat(400_000)}`)).toBe("too-deep");
  let done: unknown = { type: "ping", from: "a", to: "b" };
  for (let i = 0; i < 1_000; i++) done = { type: "not", of: done };
  expect(codeOf(JSON.stringify(lesson({ done })))).toBe("too-deep");
});

test("never throws, whatever JSON it is given", () => {
  const sound = lesson() as unknown as Lesson;
  fc.assert(
    fc.property(fc.jsonValue(), (input) => {
      expect(typeof parseLesson(input, ["same-host"]).ok).toBe("boolean");
    }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom("version", "kind", "id", "title", "scene", "setup", "steps"),
      fc.jsonValue(),
      (field, input) => {
        expect(typeof parseLesson({ ...sound, [field]: input }, ["same-host"]).ok).toBe("boolean");
      },
    ),
  );
  fc.assert(
    fc.property(
      fc.constantFrom("do", "lines", "predict", "watch", "done", "highlight", "camera"),
      fc.jsonValue(),
      (field, input) => {
        expect(typeof parseLesson(lesson({ [field]: input }), ["same-host"]).ok).toBe("boolean");
      },
    ),
  );
});

/** Input from outside at random: damaged scenes and saved states, requests that no page sends, bytes on a wire. */
import "../../src/worlds/whole.ts";
import fc from "fast-check";
import { createEngine, handle } from "../../src/engine/handle.ts";
import { answerQuery } from "../../src/engine/query.ts";
import type { Request } from "../../src/protocol/messages.ts";
import { parseSavedState, parseScene } from "../../src/protocol/schema.ts";
import { dissect } from "../../src/wire/dissect.ts";
import { lines } from "./lines.ts";
import { sceneOf, shapes } from "./scenes.ts";

type Path = readonly number[];

const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, undefined, "", "x", 0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e300, true),
  fc.constantFrom(
    "hostA",
    "lan",
    "eth0",
    "hostA.eth0",
    "lan.sw0.x",
    "1.2.3.4/24",
    "1.2.3.4",
    "docker0",
    "__proto__",
    "lo",
  ),
  fc.constantFrom([], {}, [[]], "a".repeat(70), "frob 1.2.3.4", "default via 9.9.9.9", "-t nat -X", "hostB"),
  fc.string({ maxLength: 8 }),
);

/** A damage: where (child numbers from the root), and what stands there instead; `gone` takes it away. */
const damages = fc.array(
  fc.record({ path: fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 7 }), value: values, gone: fc.boolean() }),
  { minLength: 1, maxLength: 3 },
);

/** Changes one place of `root`, as deep as the path leads. */
function damage(root: unknown, path: Path, value: unknown, gone: boolean): void {
  let at = root as Record<string, unknown>;
  for (const [depth, number] of path.entries()) {
    const keys = Object.keys(at);
    const key = keys[number % Math.max(1, keys.length)];
    if (key === undefined) return;
    const child = at[key];
    if (depth < path.length - 1 && typeof child === "object" && child !== null) {
      at = child as Record<string, unknown>;
      continue;
    }
    if (!gone) at[key] = value;
    else if (Array.isArray(at)) at.splice(Number(key), 1);
    else delete at[key];
    return;
  }
}

/** A damaged scene with a log, as a file or a link may bring it. */
export const damagedStates = fc
  .record({ shape: shapes, damages, lines: fc.array(lines, { maxLength: 3 }) })
  .map(({ shape, damages: list, lines: typed }) => {
    const log = typed.map((line, i) => ({
      id: i,
      parent: i - 1,
      at_ns: i * 1_000_000_000,
      node: "hostA",
      what: { type: "exec", line },
    }));
    const saved: unknown = structuredClone({
      version: 1,
      scene: sceneOf(shape),
      log,
      tip: log.length - 1,
      playhead_ns: 3_000_000_000,
    });
    for (const { path, value, gone } of list) damage(saved, path, value, gone);
    return saved;
  });

/** What is refused is refused in a sentence; what is not opens. */
export function openDamaged(saved: unknown): void {
  const parsed = parseSavedState(saved);
  if (!parsed.ok && parsed.error === "") throw new Error("refused without a word");
  const reply = handle(createEngine(answerQuery), { id: 1, request: { type: "restore", saved: saved as never } });
  if (reply.ok !== parsed.ok) throw new Error("the engine thinks otherwise than the schema");
  const scene = (saved as { scene?: unknown }).scene;
  const opened = handle(createEngine(answerQuery), { id: 2, request: { type: "load", scene: scene as never } });
  if (opened.ok !== parseScene(scene).ok) throw new Error("the engine thinks otherwise than the schema");
}

const numbers = fc.constantFrom(0, 1, -1, 0.5, 1e9, 5e9, -1e300, 1e300, Number.NaN, Infinity, -Infinity, 2 ** 53);
const names = fc.constantFrom("hostA", "hostB", "nope", "", "__proto__", "constructor", "toString", "lan");

const requests: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ type: fc.constant("exec" as const), node: names, line: lines }),
  fc.record({ type: fc.constant("interrupt" as const), node: names }),
  fc.record({ type: fc.constantFrom("advance" as const, "seek" as const), to_ns: numbers }),
  fc.record({ type: fc.constant("step" as const), unit: fc.constantFrom("event" as const, "hop" as const) }),
  fc.record({ type: fc.constant("branch" as const), tip: numbers }),
  fc.record({ type: fc.constantFrom("undo" as const, "redo" as const, "save" as const) }),
  fc.record({
    type: fc.constant("query" as const),
    query: fc.oneof(
      fc.record({ kind: fc.constant("complete" as const), node: names, line: lines, cursor: numbers }),
      fc.record({ kind: fc.constant("pcapng" as const), dev: fc.option(numbers) }),
    ),
  }),
  fc.constantFrom({ type: "frob" }, { type: "constructor" }, {}).map((request) => request as unknown as Request),
);

export const conversations = fc.record({ shape: shapes, requests: fc.array(requests, { maxLength: 15 }) });

/** Every request is answered under its number, and what the engine saves it can restore. */
export function converse({
  shape,
  requests: list,
}: typeof conversations extends fc.Arbitrary<infer T> ? T : never): void {
  const engine = createEngine(answerQuery);
  for (const request of [list[0], { type: "load", scene: sceneOf(shape) } as const, ...list]) {
    if (request === undefined) continue;
    if (handle(engine, { id: 7, request }).id !== 7) throw new Error("the answer has another number");
  }
  const save = handle(engine, { id: 8, request: { type: "save" } });
  if (!save.ok || save.saved === undefined) throw new Error("cannot be saved");
  const parsed = parseSavedState(JSON.parse(JSON.stringify(save.saved)));
  if (!parsed.ok) throw new Error(`cannot be restored: ${parsed.error}`);
}

const ETHERTYPES = [
  [8, 0],
  [8, 6],
  [0x81, 0],
  [0x86, 0xdd],
] as const;

/** Bytes on a wire: anything, or anything behind a header that says IPv4 or ARP. */
export const frames = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .record({
      type: fc.constantFrom(...ETHERTYPES),
      first: fc.constantFrom(0x45, 0x46, 0x4f, 0x40),
      protocol: fc.constantFrom(1, 4, 6, 17),
      rest: fc.uint8Array({ maxLength: 160 }),
    })
    .map(({ type, first, protocol, rest }) => {
      const bytes = new Uint8Array(14 + rest.length);
      bytes.set(rest, 14);
      bytes.set(type, 12);
      if (rest.length > 0) bytes[14] = first;
      if (rest.length > 9) bytes[23] = protocol;
      return bytes;
    }),
);

/** Reads every layer, each inside the frame. */
export function dissectAnything(bytes: Uint8Array): void {
  for (const { offset, length, fields } of dissect(bytes)) {
    if (offset < 0 || offset + length > bytes.length) throw new Error("a layer reaches beyond the frame");
    for (const field of fields) {
      if (field.offset < 0 || field.offset + field.length > bytes.length)
        throw new Error(`${field.key} reaches beyond`);
    }
  }
}

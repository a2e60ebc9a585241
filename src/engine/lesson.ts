/** Predicates of lessons: whether something holds in a session's world, or has happened since a step began. Never changes the session. */
import { DropReason, TraceKind } from "../base/trace-kind.ts";
import { copyWorld } from "../kernel/clone.ts";
import type { DevId } from "../kernel/types.ts";
import type { Pattern, Predicate, StepStart } from "../protocol/lesson.ts";
import { oldestRow, rowsOf, type TraceRow } from "../sim/rows.ts";
import { createTrace, frameBytes } from "../sim/trace.ts";
import { type DissectedField, dissect } from "../wire/dissect.ts";
import { findNode, runCommand } from "../worlds/exec.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";
import { entriesOf } from "./lesson-entries.ts";
import { countsOf, type Session } from "./session.ts";
import { viewNodes } from "./view.ts";

type Of<T extends Predicate["type"]> = Extract<Predicate, { type: T }>;

/** The present moment, as the beginning of a step. */
export function stepBegins(session: Session): StepStart {
  const { rows, chunks } = countsOf(session);
  return { row: rows, chunk: chunks, applied: session.applied };
}

/** Whether the predicate holds at the playhead. */
export function holds(session: Session, since: StepStart, predicate: Predicate): boolean {
  const { world } = session;
  switch (predicate.type) {
    case "all":
      return predicate.of.every((one) => holds(session, since, one));
    case "any":
      return predicate.of.some((one) => holds(session, since, one));
    case "not":
      return !holds(session, since, predicate.of);
    case "ping": {
      const { from, to, size } = predicate;
      const whole = size === undefined ? "" : `-s ${size} -M do `;
      return probe(world, from, `ping -c 3 -i 0.2 -W 1 ${whole}${quote(to)}`);
    }
    case "curl": {
      const { from, to, send } = predicate;
      const body = send === undefined ? "" : `-d ${"x".repeat(send)} `;
      return probe(world, from, `curl -s -o /dev/null --max-time 5 ${body}${quote(to)}`);
    }
    case "entry":
      return hasEntry(session, predicate);
    case "seen":
      return rowsSince(world, since).some((row) => isSeen(world, row, predicate));
    case "bridge":
      return rowsSince(world, since).some((row) => didBridge(world, row, predicate));
    case "dropped":
      return rowsSince(world, since).some((row) => isDropped(world, row, predicate));
    case "typed":
      return session.path.slice(since.applied, session.applied).some(({ node, what }) => {
        return what.type === "exec" && node === findNode(world, predicate.node)?.id && isTyped(what.line, predicate);
      });
    case "printed": {
      const node = findNode(world, predicate.node)?.id;
      const said = session.terminal.slice(since.chunk, session.chunks).filter((one) => one.node === node);
      const text = said.map(({ kind, text: part }) => (kind === "input" ? "\n" : part)).join("");
      return text.split("\n").some((line) => matches(line, predicate.line));
    }
  }
}

/** As one word of bash. */
const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Whether the command succeeds in a copy of the world; not so where there is no such node. */
function probe(world: PlaygroundWorld, from: string, line: string): boolean {
  const node = findNode(world, from);
  if (node === null) return false;
  const trace = createTrace();
  trace.on = false;
  return runCommand({ ...copyWorld(world), trace }, node.id, line).exit === 0;
}

/** Whether text is of the pattern, in which `*` stands for any text. Time is linear in both for each `*`. */
export function matches(text: string, pattern: Pattern): boolean {
  const parts = pattern.split("*");
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function allMatch(found: Readonly<Record<string, string>>, where: Readonly<Record<string, Pattern>>): boolean {
  return Object.entries(where).every(
    ([key, pattern]) => Object.hasOwn(found, key) && matches(found[key] as string, pattern),
  );
}

function hasEntry(session: Session, { node: name, table, where }: Of<"entry">): boolean {
  const { world, scene } = session;
  const id = findNode(world, name)?.id;
  const nodes = viewNodes(world, scene);
  const node = nodes.find((one) => one.id === id);
  if (node === undefined) return false;
  // One that shares a namespace has its owner's tables.
  const owner = nodes.find((one) => one.id === node.netnsOwner) ?? node;
  return entriesOf(table, owner, nodes).some((entry) => allMatch(entry, where));
}

function rowsSince(world: PlaygroundWorld, { row: from }: StepStart): TraceRow[] {
  return [...rowsOf(world.trace, Math.max(from, oldestRow(world.trace)))];
}

/** Whether the device belongs to the node of this name, and has the name that is asked for. */
function isDevice(world: PlaygroundWorld, id: DevId, node: string | undefined, name: Pattern | undefined): boolean {
  const device = world.devs[id];
  if (!device || (name !== undefined && !matches(device.name, name))) return false;
  return node === undefined || device.netns === findNode(world, node)?.netns;
}

function isFrame(
  world: PlaygroundWorld,
  frame: number,
  protocol: string,
  where: Readonly<Record<string, Pattern>> = {},
): boolean {
  const bytes = frame < 0 ? null : frameBytes(world.trace, frame);
  if (bytes === null) return false;
  const layers = dissect(bytes).filter((layer) => layer.quoted !== true);
  const fields = layers.flatMap((layer) => layer.fields.flatMap(flat));
  return (
    layers.some((layer) => layer.protocol === protocol) &&
    Object.entries(where).every(([key, pattern]) => fields.some((f) => f.key === key && matches(f.value, pattern)))
  );
}

function flat(field: DissectedField): DissectedField[] {
  return [field, ...(field.children ?? []).flatMap(flat)];
}

function isSeen(world: PlaygroundWorld, row: TraceRow, { node, dev, way, protocol, where }: Of<"seen">): boolean {
  const there = (id: DevId) => id >= 0 && isDevice(world, id, node, dev);
  const passes =
    row.kind === TraceKind.HOP
      ? (way !== "in" && there(row.dev)) || (way !== "out" && there(row.a))
      : row.kind === TraceKind.BRIDGE_UP || row.kind === TraceKind.DECAP
        ? way !== "out" && there(row.dev)
        : row.kind === TraceKind.BRIDGE_XMIT && way !== "in" && there(row.dev);
  return passes && isFrame(world, row.frame, protocol, where);
}

const DID = {
  flood: TraceKind.BRIDGE_FLOOD,
  forward: TraceKind.BRIDGE_FORWARD,
  up: TraceKind.BRIDGE_UP,
} as const;

function didBridge(
  world: PlaygroundWorld,
  row: TraceRow,
  { node, bridge, did, port, protocol, where }: Of<"bridge">,
): boolean {
  if (row.kind !== DID[did] || !isDevice(world, row.dev, node, bridge)) return false;
  if (did === "forward" && port !== undefined && !isDevice(world, row.a, undefined, port)) return false;
  return isFrame(world, row.frame, protocol, where);
}

function isDropped(world: PlaygroundWorld, row: TraceRow, { node, reason }: Of<"dropped">): boolean {
  const reasons: Readonly<Record<string, number>> = DropReason;
  return (
    row.kind === TraceKind.DROP &&
    row.a === reasons[reason] &&
    (node === undefined || isDevice(world, row.dev, node, undefined))
  );
}

/** Whether one of the line's commands is of the program and has all the words, in any order. */
function isTyped(line: string, { program, words = [] }: Of<"typed">): boolean {
  return line.split(/[;&|\n]+/).some((command) => {
    const [first = "", ...rest] = command
      .trim()
      .split(/\s+/)
      .filter((word) => !/^([A-Za-z_]\w*=.*|sudo)$/.test(word));
    return matches(first, program) && words.every((word) => rest.some((given) => matches(given, word)));
  });
}

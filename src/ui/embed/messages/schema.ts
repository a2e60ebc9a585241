/** Messages between a figure and the page around it, version 1: their forms, and the check of what comes in. docs/messages.md. Pure. */
import * as v from "valibot";
import type { CheckResult } from "../../lessons/teaching/results.ts";
import { EMBED_THEMES, short } from "../params.ts";

export const MESSAGE_VERSION = 1;

/** A command's own mark, given back in the answer. */
export type MessageId = string | number;

const LONGEST_STATE = 1_000_000;
const LONGEST_LINE = 10_000;
const LATEST_NS = 86_400_000_000_000;

const mark = v.union([v.pipe(v.string(), v.maxLength(100)), v.pipe(v.number(), v.finite())]);
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const state = v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_STATE));
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const event = whole(1, 100_000);
const base = { docker0: v.literal(MESSAGE_VERSION), id: v.optional(mark) };
const seed = v.optional(whole(0, 0xffffffff));
const step = v.optional(whole(1, 999));

const FORMS = {
  /** Opens a scene anew, or a lesson at a step. */
  load: v.union([
    v.strictObject({ ...base, type: v.literal("load"), scene: name, seed }),
    v.strictObject({ ...base, type: v.literal("load"), lesson: name, step }),
  ]),
  play: v.strictObject({ ...base, type: v.literal("play") }),
  pause: v.strictObject({ ...base, type: v.literal("pause") }),
  /** One hop (the usual one), one event, or one event back. */
  step: v.strictObject({
    ...base,
    type: v.literal("step"),
    unit: v.optional(v.picklist(["hop", "event", "back"])),
  }),
  /** To an event by its number, or to a virtual time. */
  seek: v.union([
    v.strictObject({ ...base, type: v.literal("seek"), event }),
    v.strictObject({ ...base, type: v.literal("seek"), time_ns: whole(0, LATEST_NS) }),
  ]),
  /** One of the scene's actions by its number from 1 (without one the first), or a line for a node's terminal. */
  run: v.union([
    v.strictObject({ ...base, type: v.literal("run"), action: v.optional(whole(1, 99)) }),
    v.strictObject({
      ...base,
      type: v.literal("run"),
      node: name,
      line: v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_LINE)),
    }),
  ]),
  setState: v.strictObject({ ...base, type: v.literal("setState"), state }),
  /** How the page around looks. */
  setLook: v.strictObject({
    ...base,
    type: v.literal("setLook"),
    theme: v.optional(v.picklist(EMBED_THEMES)),
    lang: v.optional(v.picklist(["en", "zh"])),
  }),
  getState: v.strictObject({ ...base, type: v.literal("getState") }),
} as const;

export type CommandType = keyof typeof FORMS;
export type Command = { [K in CommandType]: v.InferOutput<(typeof FORMS)[K]> }[CommandType];

/** Why a message is no command. */
export type MessageFault =
  | { readonly kind: "notObject" }
  | { readonly kind: "version" }
  | { readonly kind: "type"; readonly type: string }
  | { readonly kind: "form"; readonly type: string; readonly field: string };

export type ParsedMessage =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly id: MessageId | undefined; readonly fault: MessageFault };

/** Judges what came; never throws. */
export function parseMessage(data: unknown): ParsedMessage {
  if (!isPlain(data) || !("docker0" in data)) return { ok: false, id: undefined, fault: { kind: "notObject" } };
  const read = v.safeParse(mark, data.id);
  const id = read.success ? read.output : undefined;
  if (data.docker0 !== MESSAGE_VERSION) return { ok: false, id, fault: { kind: "version" } };
  const { type } = data;
  if (typeof type !== "string" || !Object.hasOwn(FORMS, type)) {
    return { ok: false, id, fault: { kind: "type", type: short(typeof type === "string" ? type : typeof type) } };
  }
  const parsed = v.safeParse(FORMS[type as CommandType], data);
  if (parsed.success) return { ok: true, command: parsed.output };
  return { ok: false, id, fault: { kind: "form", type, field: fieldOf(parsed.issues) } };
}

function isPlain(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

/** The first field that is wrong; of a command with several forms, in the form that comes nearest. */
function fieldOf(issues: readonly v.BaseIssue<unknown>[]): string {
  const [first] = issues;
  const all = [first, ...(first?.issues ?? [])];
  const paths = all.flatMap((issue) => (issue === undefined ? [] : [v.getDotPath(issue) ?? ""]));
  return short(paths.find((path) => path !== "") ?? "…");
}

/** How things stand in the figure. */
export interface FigureState {
  /** False while nothing has been opened yet: see `load=click`. */
  readonly started: boolean;
  readonly scene: string | null;
  readonly playing: boolean;
  readonly playhead_ns: number;
  /** Furthest moment that this branch has seen. */
  readonly head_ns: number;
  /** Number of the last event that has happened; 0 before the first. */
  readonly event: number;
  readonly language: "en" | "zh";
}

/** Something that happened, in words. */
export interface FigureEvent {
  readonly number: number;
  readonly time_ns: number;
  /** Where: the name of a machine or container. */
  readonly node: string;
  /** "ARP", "ICMP", "FDB", "drop" … as the list of events labels it. */
  readonly label: string;
  readonly text: string;
}

/** What a figure says. `id`: in answer to the command that had it. */
export type FigureMessage = { readonly docker0: 1; readonly id?: MessageId } & (
  | ({ readonly type: "ready"; readonly ignored: readonly string[] } & FigureState)
  | { readonly type: "resize"; readonly width: number; readonly height: number }
  | { readonly type: "event"; readonly events: readonly FigureEvent[]; readonly skipped: number }
  /** `state`: the text for a link's hash and for `setState`; only in answer to `getState`. */
  | ({ readonly type: "state"; readonly state?: string } & FigureState)
  | ({ readonly type: "checkResult" } & CheckResult)
  | { readonly type: "error"; readonly message: string }
);

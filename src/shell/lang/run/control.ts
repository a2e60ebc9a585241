/** The steps of lists and compound commands. */
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { evaluateCondition } from "../builtins/condition.ts";
import { setArray } from "../expand/array.ts";
import {
  arithmetic,
  type Expander,
  expanding,
  expandPatternText,
  expandRegexText,
  expandText,
  expandWords,
} from "../expand/expand.ts";
import { matchPattern } from "../expand/pattern.ts";
import type { Command, Word } from "../syntax/ast.ts";
import { startBackground, startPipeline, startSubst } from "./fork.ts";
import { complain } from "./messages.ts";
import { type Frame, type ShellState, setVar } from "./state.ts";
import { trace, traced } from "./xtrace.ts";

const MAX_FRAMES = 2000;

type Of<F extends Frame["f"]> = Extract<Frame, { f: F }>;
type Compound = Of<
  "run" | "list" | "and-or" | "negate" | "time" | "if" | "while" | "for" | "c-for" | "case" | "test" | "arith"
>;

export function stepCompound(sys: Sys, state: ShellState, frame: Compound): void {
  switch (frame.f) {
    case "run":
      return run(sys, state, frame);
    case "list":
      return stepList(sys, state, frame);
    case "and-or":
      return stepAndOr(state, frame);
    case "negate":
      state.stack.pop();
      state.status = state.status === 0 ? 1 : 0;
      return;
    case "time":
      state.stack.pop();
      return sayTime(sys, sys.world.now_ns - frame.since_ns, frame.posix);
    case "if":
      return stepIf(state, frame);
    case "while":
      return stepWhile(state, frame);
    case "for":
      return stepFor(sys, state, frame);
    case "c-for":
      return stepCFor(sys, state, frame);
    case "case":
      return stepCase(sys, state, frame);
    case "test":
      return stepTest(sys, state, frame);
    case "arith":
      return stepArith(sys, state, frame);
  }
}

/** Replaces the top frame by the first step of its command. */
function run(sys: Sys, state: ShellState, { command, last }: Of<"run">): void {
  state.stack.pop();
  if (state.stack.length > MAX_FRAMES) {
    complain(sys, state, "maximum function nesting level exceeded");
    state.status = 1;
    return;
  }
  const alone = last && state.stack.length === 0;
  const frame = frameFor(sys, state, command, alone);
  if (!frame) return;
  const redirects = "redirects" in command && command.t !== "simple" ? command.redirects : [];
  state.stack.push(redirects.length > 0 ? { f: "redirect", redirects, substs: [], inner: frame } : frame);
}

function frameFor(sys: Sys, state: ShellState, command: Command, last: boolean): Frame | null {
  switch (command.t) {
    case "simple":
      return { f: "simple", command, substs: [], last };
    case "list":
      return { f: "list", items: command.items, at: 0, last };
    case "and-or":
      state.stack.push({ f: "and-or", rest: command.rest, at: 0 });
      return { f: "run", command: command.first, last: false };
    case "pipeline":
      if (command.timed) state.stack.push({ f: "time", since_ns: sys.world.now_ns, posix: command.posix });
      if (command.negate) state.stack.push({ f: "negate" });
      if (command.commands.length === 1) return { f: "run", command: command.commands[0] as Command, last: false };
      startPipeline(sys, state, command.commands);
      return null;
    case "group":
      return { f: "run", command: command.body, last: last && command.redirects.length === 0 };
    case "subshell":
      // A pipeline of one command is a subshell.
      if (command.redirects.length > 0) return { f: "run", command: { ...command, redirects: [] }, last: false };
      startPipeline(sys, state, [command.body]);
      return null;
    case "if":
      return { f: "if", command, at: 0, testing: false };
    case "while":
      return { f: "while", command, phase: "start", status: 0 };
    case "for":
      return { f: "for", command, substs: [], values: null, at: 0 };
    case "c-for":
      return { f: "c-for", command, phase: "init", substs: [], status: 0 };
    case "case":
      return { f: "case", command, substs: [] };
    case "test":
      return { f: "test", words: command.words, substs: [] };
    case "arith":
      return { f: "arith", expr: command.expr, substs: [] };
    case "function":
      state.functions.set(command.name, command.body);
      state.status = 0;
      return null;
  }
}

/** What `time` prints: processor time is not simulated. @param posix -p */
function sayTime(sys: Sys, took_ns: number, posix: boolean): void {
  const seconds = took_ns / 1e9;
  if (posix) {
    write(sys, 2, `real ${seconds.toFixed(2)}\nuser 0.00\nsys 0.00\n`);
    return;
  }
  const real = `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
  write(sys, 2, `\nreal\t${real}\nuser\t0m0.001s\nsys\t0m0.001s\n`);
}

function stepList(sys: Sys, state: ShellState, frame: Of<"list">): void {
  const item = frame.items[frame.at++];
  if (!item) {
    state.stack.pop();
    return;
  }
  if (item.background) return startBackground(sys, state, item);
  const last = frame.last && frame.at === frame.items.length && state.jobs.length === 0;
  // The list has nothing more to do: its place is the command's.
  if (last) state.stack.pop();
  state.stack.push({ f: "run", command: item.command, last });
}

function stepAndOr(state: ShellState, frame: Of<"and-or">): void {
  const next = frame.rest[frame.at++];
  if (!next) state.stack.pop();
  else if ((next.op === "&&") === (state.status === 0))
    state.stack.push({ f: "run", command: next.command, last: false });
}

function stepIf(state: ShellState, frame: Of<"if">): void {
  const { clauses, otherwise } = frame.command;
  if (!frame.testing) {
    frame.testing = true;
    state.stack.push({ f: "run", command: (clauses[0] as { test: Command }).test, last: false });
    return;
  }
  const clause = clauses[frame.at] as { test: Command; body: Command };
  if (state.status === 0) return replace(state, clause.body);
  const next = clauses[++frame.at];
  if (next) state.stack.push({ f: "run", command: next.test, last: false });
  else if (otherwise) replace(state, otherwise);
  else {
    state.stack.pop();
    state.status = 0;
  }
}

function replace(state: ShellState, command: Command): void {
  state.stack.pop();
  state.stack.push({ f: "run", command, last: false });
}

function stepWhile(state: ShellState, frame: Of<"while">): void {
  const { test, body, until } = frame.command;
  if (frame.phase === "test") {
    if ((state.status === 0) === until) {
      state.stack.pop();
      state.status = frame.status;
      return;
    }
    frame.phase = "body";
    state.stack.push({ f: "run", command: body, last: false });
    return;
  }
  if (frame.phase === "body") frame.status = state.status;
  frame.phase = "test";
  state.stack.push({ f: "run", command: test, last: false });
}

/** Expands with what the frame has of substitutions; null: one is being computed, or the expansion was refused. */
export function expandIn<T>(
  sys: Sys,
  state: ShellState,
  frame: { substs: string[] },
  work: (x: Expander) => T,
): { value: T } | null {
  const result = expanding(sys, frame.substs, work);
  if ("value" in result) return result;
  if ("need" in result) {
    if (!startSubst(sys, state, result.need)) state.stack.pop();
    return null;
  }
  complain(sys, state, result.error);
  abandon(state, result.status);
  return null;
}

/** A failed expansion ends the whole line; what must be put back still is. */
export function abandon(state: ShellState, status: number): void {
  state.status = status;
  state.stack = state.stack.filter((frame) => frame.f === "restore" || frame.f === "return");
}

function stepFor(sys: Sys, state: ShellState, frame: Of<"for">): void {
  const { name, words, body } = frame.command;
  if (frame.values === null) {
    const fields =
      words === null ? { value: state.params.slice(1) } : expandIn(sys, state, frame, (x) => expandWords(x, words));
    if (!fields) return;
    frame.values = fields.value;
    state.status = 0;
  }
  const value = frame.values[frame.at++];
  if (value === undefined) {
    state.stack.pop();
    return;
  }
  trace(sys, state, [`for ${name} in`, ...frame.values.map(traced)]);
  if (setVar(state, name, value)) state.stack.push({ f: "run", command: body, last: false });
  else {
    complain(sys, state, `${name}: readonly variable`);
    state.status = 1;
    state.stack.pop();
  }
}

function stepCFor(sys: Sys, state: ShellState, frame: Of<"c-for">): void {
  const { init, test, step, body } = frame.command;
  const evaluate = (word: Word) => expandIn(sys, state, frame, (x) => arithmetic(x, expandText(x, word)));
  const word = frame.phase === "init" ? init : frame.phase === "test" ? test : step;
  const value = evaluate(word);
  if (!value) return;
  frame.substs = [];
  if (frame.phase !== "test") {
    frame.phase = "test";
  } else if (value.value === "0" && word.parts.some((p) => p.t !== "text" || p.text.trim() !== "")) {
    state.stack.pop();
  } else {
    frame.phase = "step";
    state.stack.push({ f: "run", command: body, last: false });
  }
}

function stepCase(sys: Sys, state: ShellState, frame: Of<"case">): void {
  const { word, clauses } = frame.command;
  const chosen = expandIn(sys, state, frame, (x) => {
    const text = expandText(x, word);
    const bodies: Command[] = [];
    let falls = false;
    for (const { patterns, body, ending } of clauses) {
      if (!falls && !patterns.some((p) => matchPattern(expandPatternText(x, p), text))) continue;
      bodies.push(body);
      if (ending === ";;") break;
      falls = ending === ";&";
    }
    return bodies;
  });
  if (!chosen) return;
  state.stack.pop();
  state.status = 0;
  const bodies = chosen.value;
  for (const body of bodies.reverse()) state.stack.push({ f: "run", command: body, last: false });
}

function stepTest(sys: Sys, state: ShellState, frame: Of<"test">): void {
  const words = expandIn(sys, state, frame, (x) =>
    frame.words.map((w, i) => {
      const before = frame.words[i - 1]?.parts[0];
      if (before?.t === "text" && before.text === "=~") return expandRegexText(x, w);
      const pattern = before?.t === "text" && /^(==?|!=)$/.test(before.text);
      return pattern ? expandPatternText(x, w) : expandText(x, w);
    }),
  );
  if (!words) return;
  state.stack.pop();
  trace(sys, state, ["[[", ...words.value.map((word) => word || "''"), "]]"]);
  const found: string[] = [];
  const result = evaluateCondition(sys, words.value, true, found);
  if (words.value.includes("=~"))
    setArray(
      state,
      "BASH_REMATCH",
      found.map((value) => ({ subscript: null, value })),
      false,
    );
  if (typeof result === "string") complain(sys, state, result);
  state.status = typeof result === "string" ? 2 : result ? 0 : 1;
}

function stepArith(sys: Sys, state: ShellState, frame: Of<"arith">): void {
  let text = "";
  const value = expandIn(sys, state, frame, (x) => {
    text = expandText(x, frame.expr);
    return arithmetic(x, text);
  });
  if (!value) return;
  trace(sys, state, ["((", text.trim(), "))"]);
  state.stack.pop();
  state.status = value.value === "0" ? 1 : 0;
}

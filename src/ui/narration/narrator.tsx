import { useEffect, useRef } from "react";
import { allText } from "../../i18n/all-text.ts";
import { textStore } from "../../i18n/text.ts";
import { type InsideText, insideTextOf } from "../controls/inside-text.ts";
import { describeRow } from "../events/describe.ts";
import { currentScenery } from "../events/scenery.ts";
import { timeStore, traceStore } from "../store/stores.ts";
import { momentWords } from "../timeline/time-words.ts";
import { digestOf } from "./digest.ts";

/** While time runs something is said this often, ms: about as long as two sentences take. */
const PACE_MS = 4000;
/** What happens at one moment is told together, ms. */
const SETTLE_MS = 120;
/** Sentences that stay in the log. */
const KEPT = 30;

/** Tells a screen reader in words what happens: at reading pace while time runs, and after each step. */
export function Narrator() {
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => narrate((words) => say(log.current, words)), []);
  return <div ref={log} className="visually-hidden" role="log" aria-live="polite" data-testid="narration" />;
}

function say(log: HTMLElement | null, words: string): void {
  if (log === null || words === "") return;
  const line = document.createElement("p");
  line.textContent = words;
  log.append(line);
  while (log.childElementCount > KEPT) log.firstElementChild?.remove();
}

/** Watches the trace, and gives sentences to `tell`; returns how to stop. */
function narrate(tell: (words: string) => void): () => void {
  let { shown: told, epoch } = traceStore.getState();
  let timer = 0;
  let last_ms = 0;
  const speak = () => {
    timer = 0;
    last_ms = performance.now();
    const trace = traceStore.getState();
    const words = insideTextOf(textStore.getState().language).narration;
    const isBack = trace.epoch !== epoch || trace.shown < told;
    tell(isBack ? backWords(trace.shown, words) : forwardWords(told, trace.shown, words));
    told = trace.shown;
    epoch = trace.epoch;
  };
  const stop = traceStore.subscribe((trace) => {
    if (timer !== 0 || (trace.shown === told && trace.epoch === epoch)) return;
    const { playing } = timeStore.getState();
    const wait_ms = playing ? Math.max(SETTLE_MS, last_ms + PACE_MS - performance.now()) : SETTLE_MS;
    timer = window.setTimeout(speak, wait_ms);
  });
  return () => {
    stop();
    window.clearTimeout(timer);
  };
}

function forwardWords(from: number, to: number, words: InsideText["narration"]): string {
  const scenery = currentScenery();
  const { rows, more } = digestOf(scenery, from, to);
  const sentences = rows.map((row) => describeRow(scenery, row, allText()).text);
  if (more > 0) sentences.push(words.more(more));
  return sentences.map((sentence) => `${sentence}${words.stop}`).join(" ");
}

/** After going back: the moment, and the last thing that had happened by then. */
function backWords(shown: number, words: InsideText["narration"]): string {
  const at = words.backTo(momentWords(timeStore.getState().playhead_ns));
  const scenery = currentScenery();
  const last = digestOf(scenery, Math.max(0, shown - 10), shown).rows.at(-1);
  return last === undefined ? at : `${at} ${describeRow(scenery, last, allText()).text}${words.stop}`;
}

// What a figure tells the page around it by itself: its state, its size, what happens, what came of a lesson's questions.
import { allText } from "../../../i18n/all-text.ts";
import { textStore } from "../../../i18n/text.ts";
import { describeRow } from "../../events/describe.ts";
import { eventsUntil } from "../../events/event-number.ts";
import { currentScenery, ownerName } from "../../events/scenery.ts";
import { isBackground } from "../../events/tone.ts";
import { onResult } from "../../lessons/teaching/results.ts";
import { openScene } from "../../store/session.ts";
import { sceneStore, timeStore, traceStore } from "../../store/stores.ts";
import { figureStore } from "../figure/figure.ts";
import type { FigureEvent, FigureMessage, FigureState } from "./schema.ts";

export type Post = (message: FigureMessage) => void;

/** Between two messages about what happened, ms; and how many happenings one holds. */
const EVENTS_MS = 100;
const MOST_EVENTS = 100;

export function figureState(): FigureState {
  const { playing, step, playhead_ns, head_ns } = timeStore.getState();
  return {
    started: figureStore.getState().started,
    scene: openScene()?.id ?? null,
    playing: playing || step !== null,
    playhead_ns,
    head_ns,
    event: eventsUntil(traceStore.getState().shown),
    language: textStore.getState().language,
  };
}

/** Goes on telling. */
export function tellHost(post: Post): void {
  tellState(post);
  tellEvents(post);
  onResult((result) => post({ docker0: 1, type: "checkResult", ...result }));
  figureStore.subscribe(({ size }, before) => {
    if (size !== null && size !== before.size) post({ docker0: 1, type: "resize", ...size });
  });
  const { size } = figureStore.getState();
  if (size !== null) post({ docker0: 1, type: "resize", ...size });
}

/** The state whenever a scene has opened, and when time begins or ceases to run. */
function tellState(post: Post): void {
  let told = "";
  const tell = () => {
    const state = figureState();
    const key = `${state.scene} ${state.playing} ${state.language}`;
    if (key === told) return;
    told = key;
    post({ docker0: 1, type: "state", ...state });
  };
  sceneStore.subscribe(() => {
    told = "";
    tell();
  });
  timeStore.subscribe((now, before) => {
    if (now.playing !== before.playing || now.step !== before.step) tell();
  });
  textStore.subscribe(tell);
}

/** What has happened since the last message, a few times a second. Going back tells nothing. */
function tellEvents(post: Post): void {
  let told = 0;
  let number = 0;
  let waits = false;
  const back = (rows: number) => {
    told = rows;
    number = eventsUntil(rows);
  };
  const tell = () => {
    waits = false;
    const { shown } = traceStore.getState();
    const events: FigureEvent[] = [];
    const scenery = currentScenery();
    const text = allText();
    let skipped = 0;
    for (let row = told; row < shown; row++) {
      if (isBackground(scenery, row)) continue;
      number++;
      if (events.length === MOST_EVENTS) {
        skipped++;
        continue;
      }
      const { chip, text: words } = describeRow(scenery, row, text);
      const node = ownerName(scenery, scenery.columns.dev[row]!);
      events.push({ number, time_ns: scenery.columns.t_ns[row]!, node, label: chip, text: words });
    }
    told = Math.max(told, shown);
    if (events.length > 0) post({ docker0: 1, type: "event", events, skipped });
  };
  traceStore.subscribe((now, before) => {
    if (now.epoch !== before.epoch) back(Math.min(now.kept, told));
    if (now.shown < told) back(now.shown);
    if (now.shown === told || waits) return;
    waits = true;
    setTimeout(tell, EVENTS_MS);
  });
}

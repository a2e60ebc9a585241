import { ArrowDownToLine, AudioLines, Download } from "lucide-react";
import { type KeyboardEvent, memo, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { type AllText, useAllText } from "../../i18n/all-text.ts";
import { download } from "../controls/download.ts";
import { useInsideText } from "../controls/inside-text.ts";
import { toggleNarration, useNarration } from "../narration/narration-store.ts";
import { ask, seek } from "../store/session.ts";
import { hoverRow, selectionStore, selectRow, traceStore, useLog, useSelection, useTrace } from "../store/stores.ts";
import { momentWords } from "../timeline/time-words.ts";
import { describeRow } from "./describe.ts";
import { explainRow } from "./explain.ts";
import { FilterBox, PlaceFilter } from "./filter/filter-box.tsx";
import { useFilter } from "./filter/filter-store.ts";
import { EVERYTHING } from "./filter/reading.ts";
import { countUntil, createMatching, matchUntil } from "./matching.ts";
import { rowWindow, type Scrolled, scrollTo } from "./row-window.ts";
import { currentScenery } from "./scenery.ts";
import "./events.css";

/** A line; and one with room for two lines of words, in a list that is narrower than most sentences. */
const ROW_PX = 26;
const TALL_ROW_PX = 42;
const WIDE_PX = 640;
/** How near to the end the list has to be for it to follow the playhead. */
const NEAR_PX = 40;

/** Everything that had happened by the playhead, a line each. */
export function EventsPanel() {
  const t = useAllText();
  const list = useRows(t);
  const shown = useTrace((s) => s.shown);
  return (
    <section className="events" id="events" tabIndex={-1} aria-label={t.events.title}>
      <div className="events-bar">
        <h2>{t.events.title}</h2>
        <FilterBox />
        <PlaceFilter />
        <span className="events-count">{t.events.count(list.count)}</span>
        <NarrationButton />
        <button
          type="button"
          className="button quiet icon"
          aria-label={t.events.capture}
          title={t.events.capture}
          disabled={shown === 0}
          onClick={() => void saveCapture()}
        >
          <Download size={15} aria-hidden />
        </button>
      </div>
      <EventList {...list} />
    </section>
  );
}

/** For who listens: events are said as they happen. */
function NarrationButton() {
  const { toggle } = useInsideText().narration;
  const on = useNarration();
  return (
    <button
      type="button"
      className="button quiet icon"
      aria-pressed={on}
      aria-label={toggle}
      title={toggle}
      onClick={toggleNarration}
    >
      <AudioLines size={15} aria-hidden />
    </button>
  );
}

/** Every interface from the start to the playhead, as Wireshark and tcpdump read it. */
async function saveCapture(): Promise<void> {
  const answer = await ask({ kind: "pcapng", dev: null });
  if (answer?.kind === "pcapng") download("docker0.pcapng", new Uint8Array(answer.bytes), "application/x-pcapng");
}

interface Listed {
  /** Everything is shown that there is. */
  readonly isAll: boolean;
  readonly rows: readonly number[];
  readonly count: number;
}

/** Numbers of the rows that the list shows: the first `count` of `rows`. */
function useRows(t: AllText): Listed {
  const shown = useTrace((s) => s.shown);
  const epoch = useTrace((s) => s.epoch);
  const applied = useFilter((s) => s.applied);
  const place = useFilter((s) => s.place);
  const matching = useMemo(() => createMatching({ applied, place }, t), [applied, place, t]);
  const { kept } = traceStore.getState();
  const count = matchUntil(matching, currentScenery(), { shown, epoch, kept });
  return { count, rows: matching.rows, isAll: applied === EVERYTHING && place === null };
}

function EventList({ isAll, rows, count }: Listed) {
  const t = useAllText();
  const scroller = useRef<HTMLDivElement>(null);
  const { at, follows, isBehind, setFollows } = useScrolled(scroller, count);
  const selected = useSelection((s) => s.row);
  const epoch = useTrace((s) => s.epoch);
  useLog((s) => s.entries.length);
  const reveal = useEffectEvent((row: number) => {
    const index = countUntil(rows, row);
    if (index < count) scroller.current?.scrollTo({ top: scrollTo(at, index) });
  });
  useEffect(() => {
    if (selected !== null) reveal(selected);
  }, [selected]);
  if (count === 0) return <p className="events-empty">{isAll ? t.events.empty : t.events.noMatch}</p>;
  const { first, end, height_px, shift_px } = rowWindow(at);
  const shown = rows.slice(first, end);
  return (
    <div className="events-frame" data-tall={at.row_px === TALL_ROW_PX || undefined}>
      <div
        ref={scroller}
        className="events-scroller"
        role="listbox"
        tabIndex={0}
        data-autofocus
        aria-label={t.events.title}
        aria-activedescendant={selected !== null && shown.includes(selected) ? `event-${selected}` : undefined}
        onKeyDown={(event) => moveSelection(event, rows, count)}
        onPointerLeave={() => hoverRow(null)}
      >
        <div style={{ height: height_px }} role="presentation">
          {shown.map((row, i) => (
            <EventLine
              key={row}
              row={row}
              number={first + i + 1}
              epoch={epoch}
              top={(first + i) * at.row_px + shift_px}
              selected={row === selected}
              isAll={isAll}
              text={t}
            />
          ))}
        </div>
      </div>
      {(!follows || isBehind) && (
        <button type="button" className="button events-follow" onClick={() => setFollows(true)}>
          <ArrowDownToLine size={14} aria-hidden />
          {t.events.follow}
        </button>
      )}
    </div>
  );
}

/**
 * Where the list is scrolled to. It stays at its end while it is there; somebody who scrolls up stays where they are. The list's
 * element comes with its first line, and goes with the last one.
 */
function useScrolled(scroller: { readonly current: HTMLDivElement | null }, count: number) {
  const [place, setPlace] = useState({ scrollTop: 0, view_px: 200, width_px: WIDE_PX });
  const [follows, setFollows] = useState(true);
  const isThere = count > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the element is another one when the list was empty
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => {
      const { scrollTop, clientHeight, clientWidth } = element;
      setPlace({ scrollTop, view_px: clientHeight, width_px: clientWidth });
    };
    const look = () => {
      setFollows(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX);
      measure();
    };
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [scroller, isThere]);
  const row_px = place.width_px < WIDE_PX ? TALL_ROW_PX : ROW_PX;
  const aimedAt = useAimedAt(scroller, isThere);
  // biome-ignore lint/correctness/useExhaustiveDependencies: again whenever a line was added, or all have another height
  useEffect(() => {
    if (follows && !aimedAt) scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [count, follows, aimedAt, scroller, row_px, place.view_px]);
  const at = { count, row_px, view_px: place.view_px, scrollTop: place.scrollTop };
  return { at, follows, isBehind: aimedAt && isBelow(at), setFollows };
}

/** Whether the list goes on below its edge. */
function isBelow(at: Scrolled): boolean {
  return rowWindow(at).height_px - at.scrollTop - at.view_px >= NEAR_PX;
}

/**
 * Whether somebody may be about to press a line: the pointer is over the list, so that it holds still. Keys are not aimed: with
 * the first one it follows again until the pointer moves.
 */
function useAimedAt(scroller: { readonly current: HTMLDivElement | null }, isThere: boolean): boolean {
  const [aimedAt, setAimedAt] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the element is another one when the list was empty
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const stop = new AbortController();
    const { signal } = stop;
    let [x, y] = [-1, -1];
    const look = (event: PointerEvent) => {
      // A browser tells of a pointer that rests while lines move under it, too.
      if (event.clientX !== x || event.clientY !== y) setAimedAt(true);
      [x, y] = [event.clientX, event.clientY];
    };
    const leave = () => setAimedAt(false);
    for (const type of ["pointerdown", "pointermove"] as const) element.addEventListener(type, look, { signal });
    for (const type of ["pointerleave", "pointercancel"] as const) element.addEventListener(type, leave, { signal });
    document.addEventListener("keydown", leave, { capture: true, signal });
    return () => {
      setAimedAt(false);
      stop.abort();
    };
  }, [scroller, isThere]);
  return aimedAt;
}

/** Up, down, Home, End move the selection; Enter goes to that moment. */
function moveSelection(event: KeyboardEvent, rows: readonly number[], count: number): void {
  const { row } = selectionStore.getState();
  const index = row === null ? count : countUntil(rows, row);
  const targets: Readonly<Record<string, number>> = {
    ArrowUp: index - 1,
    ArrowDown: index + 1,
    Home: 0,
    End: count - 1,
    PageUp: index - 10,
    PageDown: index + 10,
  };
  const target = targets[event.key];
  if (target !== undefined) {
    event.preventDefault();
    const at = Math.min(count - 1, Math.max(0, target));
    selectRow(rows[at]!);
  } else if (event.key === "Enter" && row !== null) {
    event.preventDefault();
    void seek(traceStore.getState().columns.t_ns[row]!);
  }
}

interface EventLineProps {
  readonly row: number;
  /** Its place in the list, from 1: of a list of everything the event's number. */
  readonly number: number;
  readonly top: number;
  readonly selected: boolean;
  readonly isAll: boolean;
  readonly epoch: number;
  readonly text: AllText;
}

const EventLine = memo(function EventLine({ row, number, isAll, top, selected, text }: EventLineProps) {
  const scenery = currentScenery();
  const { chip, tone, text: words } = describeRow(scenery, row, text);
  const why = explainRow(scenery, row, text);
  const title = `${isAll ? `#${number} ` : ""}${words}`;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list that it lies in has the keys
    <div
      id={`event-${row}`}
      aria-posinset={number}
      // It grows all the time.
      aria-setsize={-1}
      className="event-line"
      role="option"
      aria-selected={selected}
      tabIndex={-1}
      data-tone={tone}
      data-row={row}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => selectRow(row)}
      onDoubleClick={() => void seek(scenery.columns.t_ns[row]!)}
      onPointerEnter={() => hoverRow(row)}
    >
      <time className="event-time">{momentWords(scenery.columns.t_ns[row]!)}</time>
      <span className="event-chip">
        <span className="chip" data-tone={tone}>
          {chip}
        </span>
      </span>
      <span className="event-words" title={why === null ? title : `${title}\n\n${why}`}>
        {words}
      </span>
    </div>
  );
});

// Lines of a terminal's screen that go back to a packet or a command: pointed at, walked through by keys, opened, brought into view.
import type { IDecoration, IMarker, Terminal } from "@xterm/xterm";
import { currentScenery } from "../../events/scenery.ts";
import { hoverRow, selectRow, terminalStore } from "../../store/stores.ts";
import type { Footing } from "../screen.ts";
import { rowOfChunk } from "./cause.ts";
import { lineAt, linesUp, type OutputLines, type ScreenLine } from "./lines.ts";

/** What stands on the screen. */
export interface Shown {
  readonly footing: Footing;
  readonly lines: OutputLines;
}

/** A line that is pointed at, and where its lower edge is: px below the screen's top. */
export interface Pointed {
  readonly row: number;
  readonly below_px: number;
  /** The screen's height. */
  readonly height_px: number;
  /** By keys, so that it is to be told how to open it. */
  readonly byKeys: boolean;
}

export interface ScreenLinks {
  /** To the linked line before (-1) or after (1) the one that is pointed at; the first time to the last one. */
  walk(direction: 1 | -1): void;
  /** Opens what the line that is pointed at goes back to; false when there is none. */
  open(): boolean;
  /** Points at nothing. */
  leave(): void;
  /** Marks the line of a chunk, and brings it into view with `scroll`; false while it is not on the screen. */
  mark(chunk: number, scroll: boolean): boolean;
  unmark(): void;
}

interface Marks {
  pointed: ScreenLine | null;
  decorations: { marker: IMarker; decoration: IDecoration | undefined }[];
}

/** @param onPoint is told of the line that is pointed at, null for none */
export function linkScreen(term: Terminal, shown: () => Shown, onPoint: (at: Pointed | null) => void): ScreenLinks {
  const walked: Marks = { pointed: null, decorations: [] };
  const marked: Marks = { pointed: null, decorations: [] };
  // A pointer that rests while lines move below it points at nothing.
  let hasMoved = false;
  term.element?.addEventListener("mousemove", () => (hasMoved = true), { capture: true });
  const point = (line: ScreenLine | null, byKeys: boolean) => {
    walked.pointed = byKeys ? line : null;
    undecorate(walked);
    const row = line === null ? -1 : rowOf(line);
    hoverRow(row < 0 ? null : row);
    if (line === null || row < 0) return onPoint(null);
    if (byKeys) {
      decorate(term, walked, line, "terminal-walked");
      term.scrollToLine(Math.max(0, line.top - Math.floor(term.rows / 2)));
    }
    onPoint({ row, ...placeOf(term, line), byKeys });
  };
  term.registerLinkProvider({
    provideLinks(y, give) {
      const { footing, lines } = shown();
      const line = lineAt(term, footing, lines, y - 1);
      const row = line === null ? -1 : rowOf(line);
      if (line === null || row < 0) return give(undefined);
      const end = { x: Math.max(1, lengthOfRow(term, line.end - 1)), y: line.end };
      give([
        {
          range: { start: { x: 1, y: line.top + 1 }, end },
          text: line.text(),
          activate: () => {
            if (!term.hasSelection()) selectRow(row);
          },
          hover: () => {
            if (hasMoved) point(line, false);
          },
          leave: () => {
            if (hasMoved) point(null, false);
          },
        },
      ]);
    },
  });
  return {
    walk: (direction) => {
      const { footing, lines } = shown();
      hasMoved = false;
      point(nextLinked(linesUp(term, footing, lines), walked.pointed, direction) ?? walked.pointed, true);
    },
    open: () => {
      const row = walked.pointed === null ? -1 : rowOf(walked.pointed);
      if (row >= 0) selectRow(row);
      return row >= 0;
    },
    leave: () => {
      if (walked.pointed !== null) point(null, false);
    },
    mark: (chunk, scroll) => {
      const { footing, lines } = shown();
      undecorate(marked);
      for (const line of linesUp(term, footing, lines)) {
        if (line.chunk !== chunk || !isOf(line)) continue;
        decorate(term, marked, line, "terminal-marked");
        if (scroll) term.scrollToLine(Math.max(0, line.top - Math.floor(term.rows / 2)));
        return true;
      }
      return false;
    },
    unmark: () => undecorate(marked),
  };
}

/** The linked line next to `from`, among lines from the bottom up. */
function nextLinked(up: Iterable<ScreenLine>, from: ScreenLine | null, direction: 1 | -1): ScreenLine | null {
  let below: ScreenLine | null = null;
  for (const line of up) {
    if (from !== null && line.top >= from.top) {
      if (line.top > from.top && rowOf(line) >= 0) below = line;
      continue;
    }
    if (from !== null && direction === 1) return below;
    if (rowOf(line) >= 0) return line;
  }
  return direction === 1 ? below : null;
}

/** The row that the line goes back to, as far as the trace has it; -1 for none. */
function rowOf(line: ScreenLine): number {
  const { chunks } = terminalStore.getState();
  const chunk = chunks[line.chunk];
  return chunk === undefined || !isOf(line) ? -1 : rowOfChunk(currentScenery(), chunk, chunks);
}

/** Whether the line is really the chunk's: a program that moved the cursor about may have put others in its place. */
function isOf({ chunk, text }: ScreenLine): boolean {
  const said = terminalStore.getState().chunks[chunk]?.text.replace(/\s+/g, "");
  const stands = text().replace(/\s+/g, "");
  return said !== undefined && stands !== "" && (said.includes(stands) || stands.includes(said));
}

function decorate(term: Terminal, marks: Marks, line: ScreenLine, name: string): void {
  const { baseY, cursorY } = term.buffer.active;
  for (let y = line.top; y < line.end; y++) {
    const marker = term.registerMarker(y - baseY - cursorY);
    const decoration = term.registerDecoration({ marker, width: term.cols });
    decoration?.onRender((element) => element.classList.add(name));
    marks.decorations.push({ marker, decoration });
  }
}

function undecorate(marks: Marks): void {
  for (const { marker, decoration } of marks.decorations.splice(0)) {
    decoration?.dispose();
    marker.dispose();
  }
}

function lengthOfRow(term: Terminal, y: number): number {
  return term.buffer.active.getLine(y)?.translateToString(true).length ?? 0;
}

function placeOf(term: Terminal, line: ScreenLine): Pick<Pointed, "below_px" | "height_px"> {
  const height_px = term.element?.querySelector(".xterm-screen")?.clientHeight ?? 0;
  return { height_px, below_px: ((line.end - term.buffer.active.viewportY) * height_px) / term.rows };
}

import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from "react";
import { useAllText } from "../../i18n/all-text.ts";

/** A stretch of the frame that is lit. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

const PER_LINE = 8;

interface BytesProps {
  readonly bytes: Uint8Array;
  readonly lit: Span | null;
  /** Tells which byte is pointed at; null when the pointer has left. */
  readonly onPoint: (offset: number | null) => void;
}

/** The frame in hexadecimal with its offsets and its text. Arrow keys walk from byte to byte. */
export function BytesView({ bytes, lit, onPoint }: BytesProps) {
  const t = useAllText();
  const lines = Array.from({ length: Math.ceil(bytes.length / PER_LINE) }, (_, i) => i * PER_LINE);
  const point = (event: PointerEvent) => {
    const offset = (event.target as HTMLElement).dataset.offset;
    if (offset !== undefined) onPoint(Number(offset));
  };
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -PER_LINE, ArrowDown: PER_LINE }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const from = lit === null ? -1 : step > 0 ? lit.offset + lit.length - 1 : lit.offset;
    const to = lit === null ? 0 : from + step;
    if (to >= 0 && to < bytes.length) onPoint(to);
  };
  const root = useRef<HTMLDivElement>(null);
  const from = lit === null ? -1 : lit.offset;
  useEffect(() => showByte(root.current, from), [from]);
  return (
    <div
      ref={root}
      className="bytes"
      role="application"
      aria-label={`${t.look.bytes}, ${t.look.byteCount(bytes.length)}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys walk through it
      tabIndex={0}
      data-own-arrows
      onPointerOver={point}
      onPointerLeave={() => onPoint(null)}
      onKeyDown={walk}
    >
      {lines.map((start) => (
        <div key={start} className="bytes-line">
          <span className="bytes-offset">{start.toString(16).padStart(4, "0")}</span>
          <span className="bytes-hex">
            {Array.from(bytes.subarray(start, start + PER_LINE), (byte, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a byte is its place
              <span key={start + i} data-offset={start + i} data-lit={isLit(lit, start + i)}>
                {byte.toString(16).padStart(2, "0")}
              </span>
            ))}
          </span>
          <span className="bytes-text">
            {Array.from(bytes.subarray(start, start + PER_LINE), (byte, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a byte is its place
              <span key={start + i} data-offset={start + i} data-lit={isLit(lit, start + i)}>
                {byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·"}
              </span>
            ))}
          </span>
        </div>
      ))}
    </div>
  );
}

/** Scrolls the bytes, and nothing around them, until this one is in view. */
function showByte(root: HTMLElement | null, offset: number): void {
  const line = root?.children[Math.floor(offset / PER_LINE)];
  if (!root || offset < 0 || !(line instanceof HTMLElement)) return;
  const top = line.offsetTop - root.offsetTop;
  if (top < root.scrollTop) root.scrollTop = top - line.offsetHeight;
  const bottom = top + 2 * line.offsetHeight;
  if (bottom > root.scrollTop + root.clientHeight) root.scrollTop = bottom - root.clientHeight;
}

function isLit(lit: Span | null, offset: number): boolean | undefined {
  return (lit !== null && offset >= lit.offset && offset < lit.offset + lit.length) || undefined;
}

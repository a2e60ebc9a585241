import { ChevronDown, ChevronUp, Move, X } from "lucide-react";
import { type PointerEvent, type ReactNode, type RefObject, useEffect, useRef } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { refit } from "../../canvas/drawing.ts";
import { covered } from "../../canvas/view.ts";
import { useUi } from "../../shell/ui-state.ts";
import { useLessonText } from "../lesson-text.ts";

/** The way that the button takes, from corner to corner. */
const CORNERS = ["se", "sw", "nw", "ne"] as const;
type Corner = (typeof CORNERS)[number];

/** Where the card stands over the canvas, and whether only its head shows. */
const placeStore = createStore<{ readonly corner: Corner; readonly folded: boolean }>(() => ({
  corner: "se",
  folded: false,
}));

interface FrameProps {
  /** What a screen reader calls the card. */
  readonly label: string;
  /** "3 of 6 · Predict". */
  readonly eyebrow: string;
  /** What follows it, in letters as they are. */
  readonly name?: string;
  readonly children: ReactNode;
  readonly footer: ReactNode;
  readonly closeLabel?: string;
  readonly onClose: () => void;
}

/** A card that can be moved to another corner and folded up. */
export function Frame({ label, eyebrow, name, children, footer, closeLabel, onClose }: FrameProps) {
  const t = useLessonText().card;
  const { corner, folded } = useStore(placeStore);
  const drag = useDrag();
  const card = useRef<HTMLElement>(null);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => takeFocus(body.current), []);
  const large = useUi((s) => s.present);
  useFreeSide(card, folded ? null : corner, large);
  const next = CORNERS[(CORNERS.indexOf(corner) + 1) % CORNERS.length]!;
  const Fold = folded ? ChevronUp : ChevronDown;
  return (
    <section
      ref={card}
      className="lesson-card"
      data-corner={corner}
      data-folded={folded || undefined}
      aria-label={label}
    >
      <div className="lesson-head" {...drag}>
        <p className="lesson-eyebrow">
          {eyebrow}
          {name !== undefined && <span>{` · ${name}`}</span>}
        </p>
        <HeadButton label={t.move} onClick={() => placeStore.setState({ corner: next })} className="lesson-move">
          <Move size={14} aria-hidden />
        </HeadButton>
        <HeadButton
          label={folded ? t.expand : t.collapse}
          expanded={!folded}
          onClick={() => placeStore.setState({ folded: !folded })}
        >
          <Fold size={15} aria-hidden />
        </HeadButton>
        <HeadButton label={closeLabel ?? t.close} onClick={onClose}>
          <X size={15} aria-hidden />
        </HeadButton>
      </div>
      {!folded && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard */}
          <div ref={body} className="lesson-body" tabIndex={0}>
            {children}
          </div>
          {footer !== null && <div className="lesson-foot">{footer}</div>}
        </>
      )}
    </section>
  );
}

/** The keyboard comes to a new card, unless somebody types or works in the drawing. */
function takeFocus(body: HTMLElement | null): void {
  const at = document.activeElement;
  const isFree = at === null || at === document.body || at.closest(".lesson-card, .app-header, [role=dialog]") !== null;
  if (isFree) body?.focus({ preventScroll: true });
}

/** A canvas that is less wide than this is not kept free beside the card, px. */
const WIDE = 640;
const GAP = 12;

/** Has the drawing leave the card's side of the canvas free, where the canvas is wide enough. */
function useFreeSide(card: RefObject<HTMLElement | null>, corner: Corner | null, large: boolean): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the card's width depends on how large type is
  useEffect(() => {
    const element = card.current;
    const canvas = element?.closest<HTMLElement>(".app-canvas");
    if (corner === null || !element || !canvas || canvas.offsetWidth < WIDE) return;
    const side = corner.endsWith("e") ? "right" : "left";
    covered[side] = element.getBoundingClientRect().width + GAP;
    refit();
    return () => {
      covered[side] = 0;
      refit();
    };
  }, [card, corner, large]);
}

interface HeadButtonProps {
  readonly label: string;
  readonly expanded?: boolean;
  readonly className?: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function HeadButton({ label, expanded, className = "", onClick, children }: HeadButtonProps) {
  return (
    <button
      type="button"
      className={`button quiet icon lesson-tool ${className}`}
      aria-label={label}
      title={label}
      aria-expanded={expanded}
      onPointerDown={(event) => event.stopPropagation()}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

/** The head drags the card; let go, it settles in the nearest corner. */
function useDrag() {
  const from = useRef<{ x: number; y: number } | null>(null);
  const cardOf = (event: PointerEvent) => event.currentTarget.closest<HTMLElement>(".lesson-card");
  const end = (event: PointerEvent) => {
    const card = cardOf(event);
    const room = card?.parentElement?.getBoundingClientRect();
    if (from.current === null || card === null || room === undefined) return;
    from.current = null;
    const box = card.getBoundingClientRect();
    card.style.translate = "";
    const south = box.top + box.height / 2 > room.top + room.height / 2;
    const east = box.left + box.width / 2 > room.left + room.width / 2;
    placeStore.setState({ corner: `${south ? "s" : "n"}${east ? "e" : "w"}` });
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { x: event.clientX, y: event.clientY };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const card = cardOf(event);
      if (from.current === null || card === null) return;
      // With large type the card is magnified: its own pixels are not the window's.
      const magnified = card.getBoundingClientRect().width / card.offsetWidth || 1;
      const [x, y] = [event.clientX - from.current.x, event.clientY - from.current.y];
      card.style.translate = `${x / magnified}px ${y / magnified}px`;
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}

/** What is selected together: the frame while it is drawn, and a bar with what can be done with all of it. */
import { X } from "lucide-react";
import { type CSSProperties, type KeyboardEvent, useEffect, useState } from "react";
import type { Rect } from "../../motion/geometry.ts";
import { isLocked } from "../../store/locks.ts";
import { useWorld } from "../../store/stores.ts";
import { offered } from "../menu/action.ts";
import { useMenuText } from "../menu/text.ts";
import { view } from "../view.ts";
import { groupActions } from "./group-actions.ts";
import { clearGroup, useGroup, watchGroup } from "./group-store.ts";
import { listenForPicks } from "./pick.ts";
import "./group.css";

export function GroupBar() {
  const picked = useGroup((s) => s.picked);
  const [frame, setFrame] = useState<Rect | null>(null);
  useEffect(() => (view.element === null ? undefined : listenForPicks(view.element, setFrame)), []);
  useEffect(watchGroup, []);
  return (
    <>
      {frame !== null && <div className="pick-frame" style={styleOf(frame)} />}
      {picked.size > 0 && <Bar ids={[...picked]} />}
    </>
  );
}

function styleOf(frame: Rect): CSSProperties {
  const box = view.element?.getBoundingClientRect();
  return { left: frame.x - (box?.left ?? 0), top: frame.y - (box?.top ?? 0), width: frame.width, height: frame.height };
}

function Bar({ ids }: { ids: readonly string[] }) {
  const t = useMenuText();
  useWorld((s) => s.version);
  const actions = offered([groupActions(ids, t)], isLocked).flat();
  return (
    <div className="group-bar" role="toolbar" aria-label={t.actionsForSelected} data-own-arrows onKeyDown={lead}>
      <span className="group-count" role="status">
        {t.selected(ids.length)}
      </span>
      {actions.map((action) => (
        <button
          key={action.id}
          type="button"
          className="toolbar-action"
          data-danger={action.danger || undefined}
          onClick={action.run}
        >
          {action.label}
        </button>
      ))}
      <button type="button" className="toolbar-action" aria-label={t.clear} title={t.clear} onClick={clearGroup}>
        <X size={15} aria-hidden />
      </button>
    </div>
  );
}

/** Arrows go from button to button; Escape lets go of the selection. */
function lead(event: KeyboardEvent<HTMLDivElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const now = buttons.indexOf(document.activeElement as HTMLElement);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step !== undefined) buttons[(now + step + buttons.length) % buttons.length]?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

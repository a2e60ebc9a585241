/** Zoom, fit and tidy-up at the canvas's edge; the length of a gap that is being crossed. */
import { Maximize, Minus, Monitor, Plus, Sparkles } from "lucide-react";
import { MS_NS, SECOND_NS } from "../../base/time.ts";
import { type Text, useText } from "../../i18n/text.ts";
import { setPrefs, usePrefs } from "../store/prefs.ts";
import { tidyLayout, useLayout, useTime } from "../store/stores.ts";
import { drawingStore, showAll, useDrawing } from "./drawing.ts";
import { view } from "./view.ts";

export function Controls() {
  const t = useText().canvas;
  const placed = useLayout((s) => Object.keys(s.positions).length > 0);
  const machines = usePrefs((s) => s.machines);
  const follow = () => {
    drawingStore.setState({ following: true });
    showAll(true);
  };
  const tidy = () => {
    tidyLayout();
    follow();
  };
  return (
    <>
      <div className="controls">
        <button type="button" aria-label={t.zoomIn} title={t.zoomIn} onClick={() => view.zoomBy(1.25)}>
          <Plus size={15} aria-hidden="true" />
        </button>
        <button type="button" aria-label={t.zoomOut} title={t.zoomOut} onClick={() => view.zoomBy(0.8)}>
          <Minus size={15} aria-hidden="true" />
        </button>
        <button type="button" aria-label={t.fit} title={t.fit} onClick={follow}>
          <Maximize size={14} aria-hidden="true" />
        </button>
        <button
          type="button"
          aria-label={t.machines}
          title={t.machines}
          aria-pressed={machines}
          onClick={() => setPrefs({ machines: !machines })}
        >
          <Monitor size={14} aria-hidden="true" />
        </button>
        <button type="button" aria-label={t.tidy} title={t.tidy} disabled={!placed} onClick={tidy}>
          <Sparkles size={14} aria-hidden="true" />
        </button>
      </div>
      <Legend />
      <GapNote />
    </>
  );
}

/** Shapes and colours of what flies: a question is solid, its answer hollow. */
function Legend() {
  const t = useText().canvas;
  const tunnels = useDrawing((d) => d.layout.gates.size > 0);
  return (
    <ul className="legend" aria-label={t.legend}>
      <li>
        <svg width="31" height="13" aria-hidden="true">
          <circle cx="6.5" cy="6.5" r="6" fill="var(--arp)" />
          <circle cx="23.5" cy="6.5" r="5" fill="var(--raised)" stroke="var(--arp)" strokeWidth="2" />
        </svg>
        ARP
      </li>
      <li>
        <svg width="31" height="13" aria-hidden="true">
          <rect x="0.5" y="0.5" width="12" height="12" rx="3.4" fill="var(--icmp)" />
          <rect
            x="18.5"
            y="1.5"
            width="10"
            height="10"
            rx="2.8"
            fill="var(--raised)"
            stroke="var(--icmp)"
            strokeWidth="2"
          />
        </svg>
        ICMP
      </li>
      <li className="legend-more">
        <svg width="13" height="13" aria-hidden="true">
          <path d="M6.5 0L13 6.5 6.5 13 0 6.5Z" fill="var(--tcp)" />
        </svg>
        TCP
      </li>
      <li className="legend-more">
        <svg width="16" height="10" aria-hidden="true">
          <rect width="16" height="10" rx="5" fill="var(--udp)" />
        </svg>
        UDP
      </li>
      {tunnels && (
        <li>
          <svg width="17" height="14" aria-hidden="true">
            <rect
              x="1"
              y="1"
              width="15"
              height="12"
              rx="2"
              fill="var(--raised)"
              stroke="var(--vxlan)"
              strokeWidth="2"
            />
            <circle cx="8.5" cy="7" r="3" fill="var(--icmp)" />
          </svg>
          {t.inTunnel}
        </li>
      )}
      <li>
        <svg width="12" height="12" aria-hidden="true">
          <path d="M2 2l8 8M10 2l-8 8" stroke="var(--drop)" strokeWidth="2.6" strokeLinecap="round" />
        </svg>
        {t.dropped}
      </li>
    </ul>
  );
}

/** "997 ms later", while it is skipped. */
function GapNote() {
  const t = useText().canvas;
  const gap = useTime((s) => s.gap);
  if (gap === null) return null;
  return <div className="gap-note">{t.later(spanText(gap.to_ns - gap.from_ns, t))}</div>;
}

function spanText(span_ns: number, t: Text["canvas"]): string {
  const span_ms = Math.round(span_ns / MS_NS);
  if (span_ms < 1000) return `${span_ms} ms`;
  return t.seconds(Math.round(span_ns / (SECOND_NS / 10)) / 10);
}

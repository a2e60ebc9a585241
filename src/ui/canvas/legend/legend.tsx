/** The legend: what flies, in a row; a press shows the kinds of lines as well, which differ in shape and not only in colour. */
import { ChevronUp } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useDrawing } from "../drawing.ts";
import { useMenuText } from "../menu/text.ts";
import "./legend.css";

export function Legend() {
  const t = useMenuText();
  const [open, setOpen] = useState(false);
  const close = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what the button inside opened
    <div className="legend" onKeyDown={close}>
      <button type="button" className="legend-more" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t.legend}
        <ChevronUp size={13} aria-hidden="true" />
      </button>
      <Flying />
      {open && <Lines />}
    </div>
  );
}

/** Every kind of line as it is drawn. */
function Lines() {
  const { linkLegend: t, lines } = useMenuText();
  const kinds: readonly (readonly [string, ReactNode])[] = [
    [t.veth, <path key="" className="wire" d="M2 10h56" />],
    [
      t.port,
      <g key="">
        <path className="wire" d="M30 0v8" />
        <rect x="21" y="7" width="18" height="9" rx="2.5" fill="var(--accent)" />
      </g>,
    ],
    [t.up, <path key="" className="wire wire-up" d="M4 10h52" />],
    [
      t.uplink,
      <g key="">
        <path className="wire wire-uplink" d="M4 10h52" />
        <path className="wire-core" d="M2 10h56" />
      </g>,
    ],
    [
      t.cable,
      <g key="">
        <path className="wire wire-cable" d="M4 10h52" />
        <path className="wire-core" d="M4 10h52" />
        <path className="wire-plug" d="M2 5.5h8.5v2.5h3v4h-3v2.5h-8.5zM58 5.5h-8.5v2.5h-3v4h3v2.5h8.5z" />
      </g>,
    ],
    [
      t.tunnel,
      <g key="" className="tube">
        <path className="tube-body" d="M4 10h52" />
        <path className="tube-core" d="M4 10h52" />
      </g>,
    ],
    [t.wrapped, <path key="" className="wire wire-gateOut" d="M4 10h52" />],
    [
      t.down,
      <g key="" className="wire-break">
        <path className="wire legend-open" d="M2 10h56" />
        <circle cx="30" cy="10" r="8" />
        <path d="M26.5 6.5l7 7m0 -7l-7 7" />
      </g>,
    ],
    [
      t.noCarrier,
      <g key="" className="wire-break">
        <path className="wire legend-open" d="M2 10h56" />
        <circle cx="30" cy="10" r="8" />
      </g>,
    ],
  ];
  return (
    <ul className="legend-panel" aria-label={lines}>
      {kinds.map(([name, line]) => (
        <li key={name}>
          <svg width="60" height="20" aria-hidden="true">
            {line}
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

/** Shapes and colours of what flies: a question is solid, its answer hollow. */
function Flying() {
  const t = useMenuText();
  const tunnels = useDrawing((d) => d.layout.gates.size > 0);
  return (
    <ul className="legend-row" aria-label={t.legend}>
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
      <li className="legend-rare">
        <svg width="13" height="13" aria-hidden="true">
          <path d="M6.5 0L13 6.5 6.5 13 0 6.5Z" fill="var(--tcp)" />
        </svg>
        TCP
      </li>
      <li className="legend-rare">
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

import { type KeyboardEvent, useRef } from "react";
import { useAllText } from "../../i18n/all-text.ts";
import type { DissectedField, Layer } from "../../wire/dissect.ts";
import type { Span } from "./bytes-view.tsx";

/** A line of the layers: a field, and how deep it lies under others. */
export interface FieldLine {
  readonly id: string;
  readonly field: DissectedField;
  readonly depth: number;
}

/** All lines of a layer, children under their parents. */
export function linesOf(layer: Layer): FieldLine[] {
  const walk = (fields: readonly DissectedField[], depth: number, under: string): FieldLine[] =>
    fields.flatMap((field, i) => {
      const id = `${under}/${field.key}.${i}`;
      return [{ id, field, depth }, ...walk(field.children ?? [], depth + 1, id)];
    });
  return walk(layer.fields, 0, `${layer.offset}-${layer.protocol}`);
}

/** The innermost line that the byte belongs to. */
export function lineAt(layers: readonly Layer[], offset: number): FieldLine | null {
  let best: FieldLine | null = null;
  for (const line of layers.flatMap(linesOf)) {
    const { offset: start, length } = line.field;
    if (offset < start || offset >= start + length) continue;
    if (best === null || length <= best.field.length) best = line;
  }
  return best;
}

interface LayersProps {
  readonly layers: readonly Layer[];
  readonly lit: Span | null;
  readonly litLine: string | null;
  /** Lines that somebody has looked for; null while nobody looks for any. */
  readonly found?: ReadonlySet<string> | null;
  readonly onPoint: (line: FieldLine | null) => void;
}

/** The headers, outermost first, field by field. Up and down walk through the fields. */
export function LayersView({ layers, lit, litLine, found = null, onPoint }: LayersProps) {
  const t = useAllText();
  const root = useRef<HTMLDivElement>(null);
  const all = layers.flatMap(linesOf);
  const tunnel = layers.findIndex((layer) => layer.protocol === "vxlan" || layer.protocol === "ipip");
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = all.findIndex((line) => line.id === litLine);
    const to = all[Math.min(all.length - 1, Math.max(0, at + step))];
    if (to === undefined) return;
    onPoint(to);
    root.current?.querySelector(`[data-line="${CSS.escape(to.id)}"]`)?.scrollIntoView({ block: "nearest" });
  };
  return (
    <div
      ref={root}
      className="layers"
      role="application"
      aria-label={t.look.layers}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys walk through it
      tabIndex={0}
      data-own-arrows
      onKeyDown={walk}
      onPointerLeave={() => onPoint(null)}
    >
      {layers.map((layer, i) => (
        <section
          key={`${layer.offset}-${layer.protocol}`}
          className="layer"
          data-lit={isInside(lit, layer) || undefined}
        >
          <h4>
            <i data-tone={toneOf(layer)} />
            {t.look.fields[layer.name] ?? layer.name}
            {layer.quoted && <small>{t.look.quoted}</small>}
            {tunnel >= 0 && isFirst(layers, tunnel, i) && (
              <small>{i === 0 ? t.events.tunnel.outer : t.events.tunnel.inner}</small>
            )}
          </h4>
          <dl>
            {linesOf(layer).map((line) => (
              <div
                key={line.id}
                className="field"
                data-line={line.id}
                data-lit={line.id === litLine || undefined}
                data-found={found === null ? undefined : found.has(line.id)}
                data-depth={line.depth}
                onPointerEnter={() => onPoint(line)}
              >
                <dt title={line.field.key}>{t.look.fields[line.field.label] ?? line.field.label}</dt>
                <dd>{line.field.key.startsWith("data.") ? line.field.value : t.look.value(line.field.value)}</dd>
              </div>
            ))}
          </dl>
          {layer.error !== undefined && <p className="layer-error">{layer.error}</p>}
        </section>
      ))}
    </div>
  );
}

/** Whether a packet begins here: the outer one with the first layer, the inner one behind a tunnel's. */
function isFirst(layers: readonly Layer[], tunnel: number, i: number): boolean {
  const before = layers[i - 1]?.protocol;
  return i === 0 || (i > tunnel && (before === "vxlan" || before === "ipip"));
}

function isInside(lit: Span | null, layer: Layer): boolean {
  return lit !== null && lit.offset >= layer.offset && lit.offset < layer.offset + layer.length;
}

function toneOf(layer: Layer): string {
  if (layer.protocol === "dns") return "udp";
  if (layer.protocol === "ipip") return "vxlan";
  if (layer.protocol === "icmpv6") return "icmp";
  return layer.protocol;
}

/** Tubes between tunnel devices whose hosts know each other: wide, translucent and dashed, because no such cable exists. */
import { memo } from "react";
import { useText } from "../../i18n/text.ts";
import { svgPath } from "../motion/geometry.ts";
import type { Tube } from "../motion/layout-types.ts";
import { useDrawing } from "./drawing.ts";

/** An SVG group, to stand below all lines. */
export function Tubes() {
  const tubes = useDrawing((s) => s.layout.tubes);
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in here takes the focus
    <g className="tubes" aria-hidden="true">
      {tubes.map((tube) => (
        <TubeLine key={tube.id} tube={tube} />
      ))}
    </g>
  );
}

const TubeLine = memo(function TubeLine({ tube }: { tube: Tube }) {
  const t = useText().canvas;
  const d = svgPath(tube.points, 12);
  const name = t.tunnel(tube.vni);
  const width = name.length * 6.4 + 14;
  return (
    <g className="tube" data-kind={tube.vni === null ? "ipip" : "vxlan"} data-half={!tube.mutual || undefined}>
      <path className="tube-body" d={d} />
      <path className="tube-core" d={d} />
      <rect x={tube.label.x - width / 2} y={tube.label.y - 9} width={width} height="18" rx="9" />
      <text x={tube.label.x} y={tube.label.y + 3.8}>
        {name}
      </text>
    </g>
  );
});

// A QR code as an SVG: dark on white in every theme, with the quiet zone that readers need.
import { generate } from "lean-qr";
import { useMemo } from "react";

/** Modules of white around the code (ISO/IEC 18004). */
const QUIET = 4;

/** The code's dark modules as a path, and its size in modules; null when the text is too long for any QR code. */
export function qrPath(text: string): { readonly d: string; readonly size: number } | null {
  try {
    const code = generate(text);
    let d = "";
    for (let y = 0; y < code.size; y++) {
      for (let x = 0; x < code.size; x++) {
        if (!code.get(x, y)) continue;
        let width = 1;
        while (code.get(x + width, y)) width++;
        d += `M${x + QUIET} ${y + QUIET}h${width}v1h-${width}z`;
        x += width;
      }
    }
    return { d, size: code.size + 2 * QUIET };
  } catch {
    return null;
  }
}

/** Codes with more modules than these are a blur on a screen seen from a seat. */
export const MOST_MODULES = 117 + 2 * QUIET;

export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const code = useMemo(() => qrPath(text), [text]);
  if (code === null) return null;
  return (
    <svg className="share-qr" viewBox={`0 0 ${code.size} ${code.size}`} role="img" aria-label={label}>
      <rect width={code.size} height={code.size} fill="#fff" />
      <path d={code.d} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}

// A still picture as PNG, twice as large as on the screen. The fonts go into the SVG, because a picture can fetch none.

import monoFont from "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2?url";
import interFont from "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url";
import type { Still } from "../still/still.ts";

const SCALE = 2;
/** What a canvas of every browser can hold. */
const MOST_PX = 8000;

const FONTS = [
  { family: "Inter Variable", url: interFont, weight: "100 900" },
  { family: "JetBrains Mono", url: monoFont, weight: "400" },
] as const;

/** Null when the browser cannot draw it. */
export async function pngOf({ svg, width, height }: Still): Promise<Blob | null> {
  const scale = Math.min(SCALE, MOST_PX / width, MOST_PX / height);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(withFonts(svg, await fontFaces()))}`;
  try {
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } catch {
    return null;
  }
}

function withFonts(svg: string, faces: string): string {
  return svg.replace(/^(<svg[^>]*>)/, (start) => `${start}<style>${faces}</style>`);
}

/** Faces with their fonts inside; those that cannot be fetched are left out, and the system's do. */
async function fontFaces(): Promise<string> {
  const faces = await Promise.all(
    FONTS.map(async ({ family, url, weight }) => {
      try {
        const data = await dataUrl(await (await fetch(url)).blob());
        return `@font-face{font-family:"${family}";font-weight:${weight};src:url(${data}) format("woff2")}`;
      } catch {
        return "";
      }
    }),
  );
  return faces.join("");
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === "string" ? reader.result : "");
    reader.onerror = () => reject(reader.error ?? new Error("the font could not be read"));
    reader.readAsDataURL(blob);
  });
}

/**
 * A crowd of tokens, pixel by pixel. Where a canvas has no graphics card behind it six thousand small shapes take it 30 ms, as
 * paths and as sprites alike; writing their pixels takes 3. Each shape is drawn once by the canvas, at quarters of a pixel, and
 * then copied; where two overlap the more opaque pixel stays.
 */
import type { Palette } from "./colours.ts";
import type { Air } from "./crowd.ts";
import { shapeOf } from "./tokens.ts";

/** A token's pixels around the one that it stands on. */
interface Stamp {
  /** dy × the buffer's width + dx. */
  readonly at: Int32Array;
  readonly rgba: Uint32Array;
}

export interface CrowdPixels {
  readonly canvas: HTMLCanvasElement;
  image: ImageData;
  pixels: Uint32Array;
  /** Pixels of the buffer for one px. */
  scale: number;
  /** Stamps by look and place within a pixel, for what `key` says. */
  stamps: Map<number, Stamp>;
  key: string;
}

/** Room around the window, px, so that no token is cut by the buffer's edge. */
const MARGIN = 24;
/** Places within a pixel, each way. */
const PHASES = 4;
/** A buffer of more pixels than these is not worth its sharpness. */
const MOST_PIXELS = 2_500_000;

export function createCrowdPixels(): CrowdPixels {
  const image = new ImageData(1, 1);
  const pixels = new Uint32Array(image.data.buffer);
  return { canvas: document.createElement("canvas"), image, pixels, scale: 1, stamps: new Map(), key: "" };
}

/** Paints the crowd into a window of that size, px. */
export function paintCrowd(
  crowd: CrowdPixels,
  g: CanvasRenderingContext2D,
  air: Air,
  look: Uint8Array,
  r: number,
  colours: Palette,
  window: { readonly width: number; readonly height: number },
): void {
  prepare(crowd, window, `${r} ${colours.fill.join()}`);
  const { image, pixels, scale, canvas } = crowd;
  pixels.fill(0);
  for (let i = 0; i < air.count; i++) {
    const x = (air.x[i]! + MARGIN) * scale;
    const y = (air.y[i]! + MARGIN) * scale;
    const [whole_x, whole_y] = [Math.floor(x), Math.floor(y)];
    const phase = Math.floor((x - whole_x) * PHASES) * PHASES + Math.floor((y - whole_y) * PHASES);
    const { at, rgba } = stampOf(crowd, look[air.flight[i]!]!, phase, r, colours);
    const start = whole_y * image.width + whole_x;
    for (let k = 0; k < at.length; k++) {
      const to = start + at[k]!;
      // Alpha lies in the highest byte.
      if (pixels[to]! < rgba[k]!) pixels[to] = rgba[k]!;
    }
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  g.drawImage(canvas, -MARGIN, -MARGIN, image.width / scale, image.height / scale);
}

/** A buffer for the window; stamps of another size, colour or buffer are forgotten. */
function prepare(crowd: CrowdPixels, { width, height }: { width: number; height: number }, look: string): void {
  const [w, h] = [width + 2 * MARGIN, height + 2 * MARGIN];
  const ratio = Math.min(3, devicePixelRatio || 1);
  const scale = w * h * ratio ** 2 <= MOST_PIXELS ? ratio : 1;
  const [across, down] = [Math.ceil(w * scale), Math.ceil(h * scale)];
  const key = `${look} ${across} ${scale}`;
  if (crowd.key !== key) crowd.stamps.clear();
  crowd.key = key;
  crowd.scale = scale;
  if (crowd.image.width === across && crowd.image.height === down) return;
  crowd.image = new ImageData(across, down);
  crowd.pixels = new Uint32Array(crowd.image.data.buffer);
  Object.assign(crowd.canvas, { width: across, height: down });
}

function stampOf(crowd: CrowdPixels, look: number, phase: number, r: number, colours: Palette): Stamp {
  const key = look * PHASES * PHASES + phase;
  let stamp = crowd.stamps.get(key);
  if (stamp === undefined) {
    stamp = newStamp(crowd, look, phase, r, colours.fill[look] ?? colours.faint);
    crowd.stamps.set(key, stamp);
  }
  return stamp;
}

/** Draws the shape once and reads its pixels. */
function newStamp({ image, scale }: CrowdPixels, look: number, phase: number, r: number, colour: string): Stamp {
  const half = Math.ceil(1.3 * r * scale) + 1;
  const size = 2 * half + 1;
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const g = canvas.getContext("2d", { willReadFrequently: true });
  const at: number[] = [];
  const rgba: number[] = [];
  if (g === null) return { at: Int32Array.from(at), rgba: Uint32Array.from(rgba) };
  const inset = 0.5 / PHASES;
  const x = half + Math.floor(phase / PHASES) / PHASES + inset;
  const y = half + (phase % PHASES) / PHASES + inset;
  g.beginPath();
  shapeOf(g, look, x, y, r * scale);
  g.fillStyle = colour;
  g.fill();
  const read = new Uint32Array(g.getImageData(0, 0, size, size).data.buffer);
  read.forEach((pixel, i) => {
    if (pixel >>> 24 === 0) return;
    at.push((Math.floor(i / size) - half) * image.width + (i % size) - half);
    rgba.push(pixel);
  });
  return { at: Int32Array.from(at), rgba: Uint32Array.from(rgba) };
}

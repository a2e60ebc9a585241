// 画布上的中文。
import type { enCanvas } from "./en-canvas.ts";

export const zhCanvas: typeof enCanvas = {};

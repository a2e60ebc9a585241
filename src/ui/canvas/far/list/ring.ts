/** Where the keyboard is among what the canvas draws. */
import { createStore } from "zustand/vanilla";
import type { Rect } from "../../../motion/geometry.ts";

export const ringStore = createStore<{ readonly rect: Rect | null }>(() => ({ rect: null }));

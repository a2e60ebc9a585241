/** The table of programs that every machine has. */
import { firstPrograms } from "./first-programs.ts";
import { laterPrograms } from "./later-programs.ts";
import type { Programs } from "./types.ts";

export const shellPrograms: Programs = { ...firstPrograms, ...laterPrograms };

/** Small programs of the system, by name. */
import type { Programs } from "../types.ts";
import { find } from "./find.ts";
import { MODE_PROGRAMS } from "./modes.ts";
import { PATH_PROGRAMS } from "./paths.ts";
import { PROCESS_PROGRAMS } from "./processes.ts";
import { RUN_PROGRAMS } from "./run.ts";
import { SMALL_PROGRAMS } from "./small.ts";

export const SYSTEM_PROGRAMS: Programs = {
  ...SMALL_PROGRAMS,
  ...RUN_PROGRAMS,
  ...PATH_PROGRAMS,
  ...PROCESS_PROGRAMS,
  ...MODE_PROGRAMS,
  find,
};

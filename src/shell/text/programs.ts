/** Text tools and small programs, by name. */
import type { Programs } from "../types.ts";
import { awk } from "./awk/awk.ts";
import { cut, paste, sort, tr, uniq } from "./fields.ts";
import { egrep, fgrep, grep } from "./grep.ts";
import { cat, head, nl, rev, tac, tail, wc } from "./lines.ts";
import { PATH_PROGRAMS } from "./paths.ts";
import { RUN_PROGRAMS } from "./run.ts";
import { sed } from "./sed.ts";
import { SMALL_PROGRAMS } from "./small.ts";
import { SYSTEM_PROGRAMS } from "./system.ts";

export const TEXT_PROGRAMS: Programs = {
  cat,
  head,
  tail,
  wc,
  tac,
  rev,
  nl,
  cut,
  sort,
  uniq,
  tr,
  paste,
  grep,
  egrep,
  fgrep,
  sed,
  awk,
  mawk: { ...awk, path: "/usr/bin/mawk" },
  ...SMALL_PROGRAMS,
  ...RUN_PROGRAMS,
  ...PATH_PROGRAMS,
  ...SYSTEM_PROGRAMS,
};

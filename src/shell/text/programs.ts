/** The text tools, by name. */

import type { Programs } from "../types.ts";
import { awk } from "./awk/awk.ts";
import { cmp, comm, diff } from "./compare.ts";
import { DIGEST_PROGRAMS } from "./digest.ts";
import { expr } from "./expr.ts";
import { cut, paste, sort, tr, uniq } from "./fields.ts";
import { egrep, fgrep, grep } from "./grep.ts";
import { cat, head, nl, rev, tac, tail, wc } from "./lines.ts";
import { OCTET_PROGRAMS } from "./octets.ts";
import { sed } from "./sed.ts";
import { base64, column, fold, yes } from "./shape.ts";

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
  base64,
  cmp,
  column,
  comm,
  diff,
  expr,
  fold,
  yes,
  grep,
  egrep,
  fgrep,
  sed,
  awk,
  ...DIGEST_PROGRAMS,
  ...OCTET_PROGRAMS,
  mawk: { ...awk, path: "/usr/bin/mawk" },
};

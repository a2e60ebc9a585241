/** Where curl puts what it gets: stdout, -o, -O, -D. */
import { strerror } from "../../../kernel/errno.ts";
import { appendFile, openForWrite, resolvePath } from "../../files.ts";
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { decoded } from "../message.ts";
import type { Url } from "../url.ts";
import type { CurlOptions } from "./options.ts";
import type { Outcome } from "./print.ts";

/** The file of URL number `at`; null: stdout; "": -O of a URL without a name. */
export function outputName(o: CurlOptions, at: number, url: Url): string | null {
  if (o.remoteName)
    return (
      url.path
        .replace(/[?#].*$/, "")
        .split("/")
        .at(-1) ?? ""
    );
  const name = o.outputs[at] ?? null;
  return name === "-" ? null : name;
}

/** Writes bytes, one character each, to the URL's file. The complaint of a file that cannot be, else null. */
export function put(sys: Sys, s: Outcome, bytes: string): string | null {
  if (s.output === null) {
    write(sys, 1, decoded(bytes));
    return null;
  }
  const isFirst = s.bodyBytes <= bytes.length && !(s.o.include || s.o.head);
  return append(sys, s.output, bytes, isFirst);
}

/** The answer's head goes out with -I and -i, and to -D's file. */
export function putHead(sys: Sys, s: Outcome, text: string): void {
  if (s.o.dumpHeader === "-") write(sys, 1, text);
  else if (s.o.dumpHeader !== null) append(sys, s.o.dumpHeader, text, s.headBytes === text.length);
  if (!s.o.head && !s.o.include) return;
  if (s.output === null) write(sys, 1, decoded(text));
  else append(sys, s.output, text, s.headBytes === text.length);
}

function append(sys: Sys, name: string, bytes: string, isFirst: boolean): string | null {
  const { world, proc } = sys;
  const errno = openForWrite(world, proc, name, !isFirst);
  if (errno < 0) {
    write(sys, 2, `Warning: Failed to open the file ${name}: ${strerror(errno)}\n`);
    return "Failure writing output to destination";
  }
  appendFile(world, proc.node, resolvePath(proc.cwd, name), decoded(bytes), proc.netns);
  return null;
}

/** Redirections: what descriptors lead to while a command runs. bash(1), REDIRECTION. */
import { strerror } from "../../../kernel/errno.ts";
import { EISDIR, ENOTDIR, openForWrite, type Place, readFile, resolvePath } from "../../files.ts";
import { setFd } from "../../process.ts";
import { addStream, holdStream, nullStream, releaseStream, textStream } from "../../streams.ts";
import type { StreamId, Sys } from "../../types.ts";
import { type Expander, expandText, expandWords, stopWith } from "../expand/expand.ts";
import type { Redirect, RedirectOp } from "../syntax/ast.ts";

/** A redirection whose word is expanded. */
export interface OpenedRedirect {
  op: RedirectOp;
  fd: number;
  target: string;
}

export function expandRedirects(x: Expander, redirects: readonly Redirect[]): OpenedRedirect[] {
  return redirects.map(({ op, fd, target }) => {
    if (op === "<<" || op === "<<<") return { op, fd, target: expandText(x, target) + (op === "<<<" ? "\n" : "") };
    const fields = expandWords(x, [target]);
    if (fields.length !== 1) stopWith(`${expandText(x, target)}: ambiguous redirect`);
    return { op, fd, target: fields[0] as string };
  });
}

/** strerror for file operations. */
export function fileError(errno: number): string {
  return errno === EISDIR ? "Is a directory" : errno === ENOTDIR ? "Not a directory" : strerror(errno);
}

/** The descriptors as they are, counted once more, for `putBack`. */
export function saveFds(sys: Sys): (StreamId | null)[] {
  sys.proc.fds.forEach((s, fd) => {
    if (s !== null) holdStream(sys.world, s, fd === 0 ? "read" : "write");
  });
  return [...sys.proc.fds];
}

/** Puts saved descriptors back and gives up the saved counts. */
export function putBack(sys: Sys, saved: readonly (StreamId | null)[]): void {
  const length = Math.max(saved.length, sys.proc.fds.length);
  for (let fd = 0; fd < length; fd++) setFd(sys.world, sys.proc, fd, saved[fd] ?? null);
  sys.proc.fds.length = saved.length;
  forgetSaved(sys, saved);
}

/** Gives up saved descriptors without putting them back (`exec >file`). */
export function forgetSaved(sys: Sys, saved: readonly (StreamId | null)[]): void {
  for (const [fd, s] of saved.entries()) if (s !== null) releaseStream(sys.world, s, fd === 0 ? "read" : "write");
}

/** Opens redirections in the process, in order; the refusal of one ("path: No such file or directory") ends it. */
export function openRedirects(sys: Sys, redirects: readonly OpenedRedirect[]): string | null {
  for (const redirect of redirects) {
    const refused = openRedirect(sys, redirect);
    if (refused !== null) return refused;
  }
  return null;
}

function openRedirect(sys: Sys, { op, fd, target }: OpenedRedirect): string | null {
  const { world, proc } = sys;
  switch (op) {
    case "<<":
    case "<<<":
      setFd(world, proc, fd, textStream(world, target));
      return null;
    case "<":
    case "<>":
      return openInput(sys, fd, target);
    case ">&":
    case "<&":
      if (/^\d+$/.test(target)) return duplicate(sys, fd, Number(target));
      if (target === "-") {
        setFd(world, proc, fd, null);
        return null;
      }
      return openOutput(sys, [1, 2], target, false);
    case "&>":
    case "&>>":
      return openOutput(sys, [1, 2], target, op === "&>>");
    default:
      return openOutput(sys, [fd], target, op === ">>");
  }
}

function duplicate(sys: Sys, fd: number, from: number): string | null {
  const s = sys.proc.fds[from];
  if (s === undefined || s === null) return `${from}: Bad file descriptor`;
  setFd(sys.world, sys.proc, fd, s);
  return null;
}

function place(sys: Sys): Place {
  const { node, netns, cwd } = sys.proc;
  return { node, netns, cwd };
}

function openInput(sys: Sys, fd: number, path: string): string | null {
  const text = path === "/dev/null" ? "" : readFile(sys.world, place(sys), path);
  if (typeof text === "number" && text !== EISDIR) return `${path}: ${fileError(text)}`;
  setFd(sys.world, sys.proc, fd, textStream(sys.world, typeof text === "string" ? text : ""));
  return null;
}

function openOutput(sys: Sys, fds: readonly number[], path: string, append: boolean): string | null {
  const { world, proc } = sys;
  const own = path === "/dev/stdout" ? proc.fds[1] : path === "/dev/stderr" ? proc.fds[2] : undefined;
  let s = own ?? null;
  if (path === "/dev/null") s = nullStream(world);
  else if (s === null) {
    const errno = path === "" ? -2 : openForWrite(world, place(sys), path, append);
    if (errno < 0) return `${path}: ${fileError(errno)}`;
    const full = resolvePath(proc.cwd, path);
    s = addStream(world, { kind: "file", node: proc.node, netns: proc.netns, path: full, readers: 0, writers: 0 });
  }
  for (const fd of fds) setFd(world, proc, fd, s);
  return null;
}

/** Redirections: what descriptors lead to while a command runs. bash(1), REDIRECTION. */
import { bug } from "../../../base/assert.ts";
import { ENOENT, strerror } from "../../../kernel/errno.ts";
import { EISDIR, ENOTDIR, openForWrite, type Place, readFile, resolvePath } from "../../files.ts";
import { setFd, write } from "../../process.ts";
import { addStream, holdStream, nullStream, releaseStream, textStream } from "../../streams.ts";
import type { StreamId, Sys } from "../../types.ts";
import { type Expander, expandText, expandWords, stopWith } from "../expand/expand.ts";
import type { Redirect, RedirectOp } from "../syntax/ast.ts";
import { type NetTarget, netTarget, releaseConnected } from "./connect.ts";
import { complain, isDash } from "./messages.ts";
import type { ShellState } from "./state.ts";

/** A redirection whose word is expanded. */
export interface OpenedRedirect {
  op: RedirectOp;
  fd: number;
  target: string;
  /** What bash connects to instead of opening a file. */
  net?: NetTarget | undefined;
}

export function expandRedirects(x: Expander, redirects: readonly Redirect[]): OpenedRedirect[] {
  return redirects.map(({ op, fd, target }) => {
    if (op === "<<" || op === "<<<") return { op, fd, target: expandText(x, target) + (op === "<<<" ? "\n" : "") };
    const fields = expandWords(x, [target]);
    if (fields.length !== 1) stopWith(`${expandText(x, target)}: ambiguous redirect`);
    const path = fields[0] as string;
    const isNet = !isDash(x.state) && !(/^[<>]&$/.test(op) && /^(\d+|-)$/.test(path));
    return { op, fd, target: path, net: isNet ? netTarget(path) : undefined };
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

/** Opens redirections in the process, in order; the refusal of one ends it, and is said where stderr leads by then. False: refused. */
export function openRedirects(sys: Sys, state: ShellState, redirects: readonly OpenedRedirect[]): boolean {
  let refused: string | null = null;
  for (const redirect of redirects) {
    refused = openRedirect(sys, redirect, isDash(state));
    if (refused !== null) break;
  }
  if (refused !== null) {
    complain(sys, state, refused);
    state.status = isDash(state) ? 2 : 1;
  }
  releaseConnected(
    sys,
    redirects.map(({ net }) => net),
  );
  return refused === null;
}

function openRedirect(sys: Sys, { op, fd, target, net }: OpenedRedirect, dash: boolean): string | null {
  const { world, proc } = sys;
  if (net) return openNet(sys, net, /^(&>|>&)/.test(op) ? [1, 2] : [fd], target);
  switch (op) {
    case "<<":
    case "<<<":
      setFd(world, proc, fd, textStream(world, target));
      return null;
    case "<":
    case "<>":
      return openInput(sys, fd, target, dash);
    case ">&":
    case "<&":
      if (/^\d+$/.test(target)) return duplicate(sys, fd, Number(target));
      if (target === "-") {
        setFd(world, proc, fd, null);
        return null;
      }
      return openOutput(sys, [1, 2], target, false, dash);
    case "&>":
    case "&>>":
      return openOutput(sys, [1, 2], target, op === "&>>", dash);
    default:
      return openOutput(sys, [fd], target, op === ">>", dash);
  }
}

function openNet(sys: Sys, { outcome }: NetTarget, fds: readonly number[], path: string): string | null {
  if (outcome === null) bug(`${path} was not connected to`);
  if ("line" in outcome) {
    write(sys, 2, outcome.line);
    return `${path}: ${strerror(outcome.errno)}`;
  }
  for (const fd of fds) setFd(sys.world, sys.proc, fd, outcome.stream);
  return null;
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

/** "path: why", and dash's words. */
function cannot(dash: boolean, verb: "open" | "create", path: string, errno: number): string {
  if (!dash) return `${path}: ${fileError(errno)}`;
  const missing = verb === "open" ? "No such file" : "Directory nonexistent";
  return `cannot ${verb} ${path}: ${errno === ENOENT ? missing : fileError(errno)}`;
}

function openInput(sys: Sys, fd: number, path: string, dash: boolean): string | null {
  const text = path === "/dev/null" ? "" : readFile(sys.world, place(sys), path);
  if (typeof text === "number" && text !== EISDIR) return cannot(dash, "open", path, text);
  setFd(sys.world, sys.proc, fd, textStream(sys.world, typeof text === "string" ? text : ""));
  return null;
}

function openOutput(sys: Sys, fds: readonly number[], path: string, append: boolean, dash: boolean): string | null {
  const { world, proc } = sys;
  const own = path === "/dev/stdout" ? proc.fds[1] : path === "/dev/stderr" ? proc.fds[2] : undefined;
  let s = own ?? null;
  if (path === "/dev/null") s = nullStream(world);
  else if (s === null) {
    const errno = path === "" ? ENOENT : openForWrite(world, place(sys), path, append);
    if (errno < 0) return cannot(dash, "create", path, errno);
    const full = resolvePath(proc.cwd, path);
    s = addStream(world, { kind: "file", node: proc.node, netns: proc.netns, path: full, readers: 0, writers: 0 });
  }
  for (const fd of fds) setFd(world, proc, fd, s);
  return null;
}

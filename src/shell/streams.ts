/**
 * Streams: what file descriptors lead to. Pipes are unbounded; who writes into one that nobody reads gets EPIPE.
 * A stream lives as long as descriptors count on it.
 */
import { assert, bug } from "../base/assert.ts";
import { EPIPE, strerror } from "../kernel/errno.ts";
import type { SocketId } from "../kernel/types.ts";
import { pushEvent } from "../sim/queue.ts";
import { appendFile } from "./files.ts";
import { closeSocketStream, peekSocket, sendPieces, takeSocket, writeSocket } from "./socket-stream.ts";
import { type Proc, type ProcId, ShellEvent, type ShellWorld, type Stream, type StreamId } from "./types.ts";

/** `b` of a PROC_WAKE event; its `c` is the stream that can be read, or what there is to say of child or signal. */
export const WAKE_STDIN = 1;
export const WAKE_CHILD = 2;
export const WAKE_SIGNAL = 3;
export const WAKE_DETACH = 4;

/** Their builtins tell of a failed write themselves. */
const SHELLS: readonly string[] = ["bash", "sh", "dash"];

/** Adds a stream without readers or writers; the slot of a stream that is gone is used again. */
export function addStream(world: ShellWorld, stream: Stream): StreamId {
  const free = world.streams.indexOf(null);
  const id = free < 0 ? world.streams.length : free;
  world.streams[id] = stream;
  return id;
}

export function stream(world: ShellWorld, id: StreamId): Stream {
  return world.streams[id] ?? bug(`no stream ${id}`);
}

export function nullStream(world: ShellWorld): StreamId {
  return addStream(world, { kind: "null", readers: 0, writers: 0 });
}

export function pipeStream(world: ShellWorld): StreamId {
  return addStream(world, { kind: "pipe", readers: 0, writers: 0, text: "", waiting: null });
}

export function sinkStream(world: ShellWorld, sink: string, fd: 1 | 2): StreamId {
  return addStream(world, { kind: "sink", readers: 0, writers: 0, sink, fd });
}

/** The same as a stream, but no terminal: what a program sees behind a pipe that somebody copies to the terminal. */
export function pipedStream(world: ShellWorld, id: StreamId): StreamId {
  const s = stream(world, id);
  if (s.kind !== "sink") return id;
  return addStream(world, { kind: "sink", readers: 0, writers: 0, sink: s.sink, fd: s.fd, piped: true });
}

export function textStream(world: ShellWorld, text: string): StreamId {
  return addStream(world, { kind: "text", readers: 0, writers: 0, text, offset: 0 });
}

/** Counts one more descriptor on the stream; `end` says which end it holds. */
export function holdStream(world: ShellWorld, id: StreamId, end: "read" | "write"): void {
  const s = stream(world, id);
  if (end === "read") s.readers++;
  else s.writers++;
}

/** Gives one descriptor up. The last writer's leaving is the reader's end of file; the last descriptor's ends the stream. */
export function releaseStream(world: ShellWorld, id: StreamId, end: "read" | "write"): void {
  const s = stream(world, id);
  if (end === "read") s.readers--;
  else s.writers--;
  assert(s.readers >= 0 && s.writers >= 0, `stream ${id} released too often`);
  if (s.writers === 0 && end === "write") wakeReader(world, id);
  if (s.readers > 0 || s.writers > 0) return;
  if (s.kind === "socket") closeSocketStream(world, id, s);
  else world.streams[id] = null;
}

/** Whether somebody may still read what is written: POLLERR tells a writer that nobody does. */
export function hasReader(world: ShellWorld, id: StreamId): boolean {
  const s = stream(world, id);
  return s.kind !== "pipe" || s.readers > 0;
}

/** Writes `text`; false is EPIPE. `proc` is who writes, for sinks. */
export function writeStream(world: ShellWorld, id: StreamId, text: string, proc: ProcId): boolean {
  const s = stream(world, id);
  switch (s.kind) {
    case "pipe":
      if (s.readers === 0) return false;
      s.text += text;
      wakeReader(world, id);
      return true;
    case "sink":
      pushOutput(world, s, text, proc);
      return true;
    case "file":
      noteFailure(world, proc, appendFile(world, s.node, s.path, text, s.netns));
      return true;
    case "socket": {
      const errno = writeSocket(world, s, text, world.procs[proc]?.program === "bash");
      if (errno !== EPIPE) noteFailure(world, proc, errno);
      return errno !== EPIPE;
    }
    default:
      return true;
  }
}

/** A file that takes only some values has refused one: the program says so when it ends, a builtin of the shell at once. */
function noteFailure(world: ShellWorld, id: ProcId, errno: number): void {
  const proc = world.procs[id];
  if (errno !== 0 && proc) proc.writeErrno = errno;
}

/** What close_stdout of gnulib does: tells of a write that failed. @returns the exit status then, else null */
export function tellWriteError(world: ShellWorld, proc: Proc): number | null {
  const { writeErrno, argv, fds } = proc;
  if (writeErrno === undefined || proc.exit !== null || SHELLS.includes(proc.program)) return null;
  const stderr = fds[2];
  const text = `${argv[0]}: write error: ${strerror(writeErrno)}\n`;
  if (stderr !== null && stderr !== undefined) writeStream(world, stderr, text, proc.id);
  return 1;
}

/** Text for a sink; what was read right before is what it is about. */
function pushOutput(
  world: ShellWorld,
  { sink, fd }: Extract<Stream, { kind: "sink" }>,
  text: string,
  proc: ProcId,
): void {
  const cause = world.received.packet < 0 ? {} : { cause: { ...world.received } };
  world.received.packet = -1;
  world.output.push({ t_ns: world.now_ns, sink, kind: fd === 1 ? "stdout" : "stderr", text, proc, ...cause });
}

/** What can be read now: `eof` when nothing more will come after `text`; `errno` when a connection has failed. */
export function peekStream(world: ShellWorld, id: StreamId): { text: string; eof: boolean; errno?: number } {
  const s = stream(world, id);
  switch (s.kind) {
    case "pipe":
      return { text: s.text, eof: s.writers === 0 };
    case "keyboard":
      return { text: s.text, eof: s.closed };
    case "text":
      return { text: s.text.slice(s.offset), eof: true };
    case "socket":
      return peekSocket(world, s);
    default:
      return { text: "", eof: true };
  }
}

/** Takes the first `length` characters (UTF-16 units) of what `peekStream` showed. */
export function takeStream(world: ShellWorld, id: StreamId, length: number): void {
  const s = stream(world, id);
  if (s.kind === "text") s.offset += length;
  else if (s.kind === "socket") takeSocket(world, s, length);
  else if (s.kind === "pipe" || s.kind === "keyboard") s.text = s.text.slice(length);
  // Ctrl-D ends one read, not the terminal.
  if (s.kind === "keyboard" && s.text === "") s.closed = false;
}

/** Lets `proc` be woken once something can be read; at once if it already can. */
export function awaitStream(world: ShellWorld, id: StreamId, proc: ProcId): void {
  const s = stream(world, id);
  const { text, eof } = peekStream(world, id);
  if (text !== "" || eof) {
    pushEvent(world.queue, world.now_ns, ShellEvent.PROC_WAKE, proc, WAKE_STDIN, id);
  } else if (s.kind === "pipe") {
    s.waiting = proc;
  } else if (s.kind === "keyboard" || s.kind === "socket") {
    s.waiting = [...s.waiting.filter((p) => p !== proc), proc];
  }
}

/** Adds typed text to a keyboard, or its end of file with null, and wakes the newest process that waits for it. */
export function feedKeyboard(world: ShellWorld, id: StreamId, text: string | null): void {
  const s = stream(world, id);
  assert(s.kind === "keyboard", `stream ${id} is no keyboard`);
  if (text === null) s.closed = true;
  else s.text += text;
  wakeReader(world, id);
}

/** The event SOCKET_READY of a socket that a stream has: what is still unsent goes, and who waits for something to read is woken. */
export function socketStreamReady(world: ShellWorld, socket: SocketId): void {
  for (const [id, s] of world.streams.entries()) {
    if (s?.kind !== "socket" || s.socket !== socket) continue;
    if (!s.byLine || (s.readers === 0 && s.writers === 0)) sendPieces(world, s);
    if (s.readers === 0 && s.writers === 0) return closeSocketStream(world, id, s);
    for (const reader of s.waiting.splice(0)) {
      pushEvent(world.queue, world.now_ns, ShellEvent.PROC_WAKE, reader, WAKE_STDIN, id);
    }
  }
}

function wakeReader(world: ShellWorld, id: StreamId): void {
  const s = stream(world, id);
  if (s.kind === "pipe" && s.waiting !== null) {
    pushEvent(world.queue, world.now_ns, ShellEvent.PROC_WAKE, s.waiting, WAKE_STDIN, id);
    s.waiting = null;
  } else if (s.kind === "keyboard" && s.waiting.length > 0) {
    const reader = s.waiting.pop() as ProcId;
    pushEvent(world.queue, world.now_ns, ShellEvent.PROC_WAKE, reader, WAKE_STDIN, id);
  }
}

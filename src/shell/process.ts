/**
 * Processes: starting, waking, ending them, and what a program may ask of the system. Kernel counterparts: fork/execve/exit
 * (kernel/fork.c, fs/exec.c, kernel/exit.c), of which only what a person can see is here.
 */
import { assert, bug } from "../base/assert.ts";
import { setPromiscuity } from "../kernel/netdev/promisc.ts";
import { socketClose } from "../kernel/socket/socket.ts";
import type { DevId, MachineId, NetnsId, Pid, SocketId } from "../kernel/types.ts";
import { type Event, pushEvent } from "../sim/queue.ts";
import {
  awaitStream,
  holdStream,
  nullStream,
  peekStream,
  releaseStream,
  sinkStream,
  socketStreamReady,
  takeStream,
  tellWriteError,
  WAKE_CHILD,
  WAKE_DETACH,
  WAKE_SIGNAL,
  WAKE_STDIN,
  writeStream,
} from "./streams.ts";
import {
  type Capability,
  type NodeId,
  type NodeRecord,
  type Proc,
  type ProcId,
  type Program,
  type Programs,
  ShellEvent,
  type ShellWorld,
  type Signal,
  type StreamId,
  type Sys,
  type Wake,
} from "./types.ts";

/** From fork to the first instruction of the program: what a shell command takes on a real host, about. */
export const EXEC_NS = 1_000_000;

/** Signals by number and name, as `kill` takes them. */
export const SIGNAL_NAMES: Readonly<Record<string, Signal>> = {
  "1": "SIGHUP",
  HUP: "SIGHUP",
  "2": "SIGINT",
  INT: "SIGINT",
  "3": "SIGQUIT",
  QUIT: "SIGQUIT",
  "9": "SIGKILL",
  KILL: "SIGKILL",
  "13": "SIGPIPE",
  PIPE: "SIGPIPE",
  "15": "SIGTERM",
  TERM: "SIGTERM",
};

const SIGNALS: readonly Signal[] = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGPIPE", "SIGTERM"];
export const SIGNAL_NUMBER: Readonly<Record<Signal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGTERM: 15,
};

export const ALL_CAPS: readonly Capability[] = ["NET_ADMIN", "NET_RAW", "SYS_ADMIN", "NET_BIND_SERVICE"];

/** What the shell's layer adds to a fresh world. */
export function shellFields(
  bootTime_s: number,
): Pick<ShellWorld, "procs" | "streams" | "nodes" | "terminals" | "output" | "bootTime_s"> {
  return { procs: [], streams: [], nodes: {}, terminals: {}, output: [], bootTime_s };
}

export function proc(world: ShellWorld, id: ProcId): Proc {
  return world.procs[id] ?? bug(`no process ${id}`);
}

export function node(world: ShellWorld, id: NodeId): NodeRecord {
  return world.nodes[id] ?? bug(`no node ${id}`);
}

/** What a new process is made of; what is left out comes from `parent`, or from the node if there is none. */
export interface SpawnOptions {
  program: string;
  argv: string[];
  node?: NodeId;
  netns?: NetnsId;
  machine?: MachineId;
  pid?: Pid;
  env?: Record<string, string>;
  cwd?: string;
  uid?: number;
  gid?: number | undefined;
  caps?: readonly Capability[];
  /** Streams for fds 0, 1, 2; counted anew. Left out: the parent's, or /dev/null. */
  fds?: readonly (StreamId | null)[];
  /** A new group of its own instead of the parent's. */
  newGroup?: boolean;
  locals?: unknown;
  /** From now until the program starts; EXEC_NS if left out. */
  delay_ns?: number;
  exitSink?: string;
}

/** Makes a process whose program starts `delay_ns` from now. */
export function spawn(world: ShellWorld, parent: Proc | null, options: SpawnOptions): ProcId {
  const id = world.procs.length;
  const nodeId = options.node ?? parent?.node;
  assert(nodeId !== undefined, "a process without a node");
  const at = node(world, nodeId);
  const machine = world.machines[options.machine ?? at.machine];
  assert(machine, `no machine of node ${nodeId}`);
  const inherit = parent?.node === nodeId ? parent : null;
  const child: Proc = {
    id,
    pid: options.pid ?? machine.nextPid++,
    parent: parent?.id ?? null,
    group: options.newGroup || !parent ? id : parent.group,
    node: nodeId,
    machine: machine.id,
    netns: options.netns ?? inherit?.netns ?? at.netns,
    program: options.program,
    argv: options.argv,
    env: { ...(options.env ?? inherit?.env ?? nodeEnv(at)) },
    cwd: options.cwd ?? inherit?.cwd ?? at.cwd,
    uid: options.uid ?? inherit?.uid ?? 0,
    gid: options.gid ?? inherit?.gid ?? 0,
    caps: [...(options.caps ?? inherit?.caps ?? at.caps)],
    fds: inheritFds(world, parent, options.fds),
    sockets: [],
    promiscuous: [],
    timers: [],
    nextGeneration: 0,
    locals: options.locals,
    started: false,
    catches: [],
    exit: null,
    signal: null,
    exitSink: options.exitSink ?? null,
  };
  world.procs.push(child);
  pushEvent(world.queue, world.now_ns + (options.delay_ns ?? EXEC_NS), ShellEvent.PROC_START, id, 0, 0);
  return id;
}

/** The environment of a fresh process on a node. */
export function nodeEnv(at: NodeRecord): Record<string, string> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOSTNAME: at.hostname,
    ...at.env,
    HOME: at.env?.HOME ?? "/root",
  };
}

function inheritFds(
  world: ShellWorld,
  parent: Proc | null,
  given: readonly (StreamId | null)[] | undefined,
): (StreamId | null)[] {
  const nothing = () => nullStream(world);
  const fds = given ?? parent?.fds ?? [nothing(), nothing(), nothing()];
  fds.forEach((s, fd) => {
    if (s !== null) holdStream(world, s, fd === 0 ? "read" : "write");
  });
  return [...fds];
}

/** Puts another program into the process, as execve(2) does; it starts EXEC_NS from now. */
export function exec(world: ShellWorld, p: Proc, program: string, argv: string[]): void {
  p.program = program;
  p.argv = argv;
  p.locals = undefined;
  p.timers = [];
  p.started = false;
  p.catches = [];
  pushEvent(world.queue, world.now_ns + EXEC_NS, ShellEvent.PROC_START, p.id, 0, 0);
}

/** Puts stream `s` (counted anew) in the place of a descriptor; null closes it. */
export function setFd(world: ShellWorld, p: Proc, fd: number, s: StreamId | null): void {
  const end = fd === 0 ? "read" : "write";
  if (s !== null) holdStream(world, s, end);
  const old = p.fds[fd];
  if (old !== null && old !== undefined) releaseStream(world, old, end);
  while (p.fds.length < fd) p.fds.push(null);
  p.fds[fd] = s;
}

/** Writes to a descriptor, unless it has ended. Into a pipe without a reader it dies of SIGPIPE, or if it catches that learns of it: false. */
export function write(sys: Sys, fd: 1 | 2, text: string): boolean {
  const { proc } = sys;
  if (fd === 2 || proc.held === undefined) return writeThrough(sys, fd, text);
  const held = proc.held + text;
  const whole = held.length - (held.length % BUFFER_BYTES);
  proc.held = held.slice(whole);
  return writeThrough(sys, fd, held.slice(0, whole));
}

/** What stdio holds of a pipe's or a file's output before it writes (st_blksize). */
const BUFFER_BYTES = 4096;

/** From now on stdout is written by the block, as stdio does where it isn't a terminal; a signal's death loses what is held. */
export function buffer(sys: Sys): void {
  if (!isTerminal(sys, 1)) sys.proc.held = "";
}

/** fflush(3) of stdout. */
export function flush(sys: Sys): boolean {
  const { held } = sys.proc;
  if (held === undefined) return true;
  sys.proc.held = "";
  return writeThrough(sys, 1, held);
}

function writeThrough(sys: Sys, fd: 1 | 2, text: string): boolean {
  const { world, proc } = sys;
  const s = proc.fds[fd];
  if (proc.exit !== null || text === "" || s === null || s === undefined) return true;
  if (writeStream(world, s, text, proc.id)) return true;
  if (!proc.catches.includes("SIGPIPE")) end(world, proc, 141, "SIGPIPE");
  return false;
}

/** Writes `text` to stderr and ends the process. */
export function fail(sys: Sys, text: string, status: number): void {
  write(sys, 2, text);
  exit(sys, status);
}

/** Ends the process with a status of 0 to 255. What it does afterwards has no effect. */
export function exit(sys: Sys, status: number): void {
  flush(sys);
  end(sys.world, sys.proc, tellWriteError(sys.world, sys.proc) ?? status & 0xff, null);
}

/** Ends the process as a signal that it has caught would have ended it. */
export function dieOf(sys: Sys, signal: Signal): void {
  end(sys.world, sys.proc, 128 + SIGNAL_NUMBER[signal], signal);
}

/** Everything that stdin holds now. `eof`: nothing will come after it. Takes it. */
export function readAll(sys: Sys): { text: string; eof: boolean; errno?: number } {
  const s = sys.proc.fds[0];
  if (s === null || s === undefined) return { text: "", eof: true };
  const got = peekStream(sys.world, s);
  takeStream(sys.world, s, got.text.length);
  return got;
}

/** The next line of stdin without its newline; undefined when none is there yet, null at the end. Takes it. */
export function readLine(sys: Sys): string | null | undefined {
  const s = sys.proc.fds[0];
  if (s === null || s === undefined) return null;
  const { text, eof } = peekStream(sys.world, s);
  const newline = text.indexOf("\n");
  if (newline < 0 && !eof) return undefined;
  if (newline < 0 && text === "") {
    takeStream(sys.world, s, 0);
    return null;
  }
  takeStream(sys.world, s, newline < 0 ? text.length : newline + 1);
  return newline < 0 ? text : text.slice(0, newline);
}

/** Asks for one wake of type "stdin" once something can be read. */
export function awaitInput(sys: Sys, fd = 0): void {
  const s = sys.proc.fds[fd];
  if (s === null || s === undefined)
    pushEvent(sys.world.queue, sys.world.now_ns, ShellEvent.PROC_WAKE, sys.proc.id, WAKE_STDIN, -1);
  else awaitStream(sys.world, s, sys.proc.id);
}

/** Whether a descriptor leads to a terminal: its keyboard, or the sink of its text. */
export function isTerminal(sys: Sys, fd: number): boolean {
  const id = sys.proc.fds[fd];
  const s = id === null || id === undefined ? null : sys.world.streams[id];
  if (s?.kind === "keyboard") return true;
  return s?.kind === "sink" && !s.piped && sys.world.terminals[s.sink] !== undefined;
}

/** Wakes the process with {type: "timer", slot} `delay_ns` from now; a slot holds one timer, a new one replaces it. */
export function setTimer(sys: Sys, slot: number, delay_ns: number): void {
  const { world, proc: p } = sys;
  const at_ns = world.now_ns + Math.max(0, Math.round(delay_ns));
  const generation = p.nextGeneration++;
  p.timers = [...p.timers.filter((t) => t.slot !== slot), { slot, at_ns, generation }];
  pushEvent(world.queue, at_ns, ShellEvent.PROC_TIMER, p.id, slot, generation);
}

export function cancelTimer(sys: Sys, slot: number): void {
  sys.proc.timers = sys.proc.timers.filter((t) => t.slot !== slot);
}

export function capable(sys: Sys, cap: Capability): boolean {
  return sys.proc.caps.includes(cap);
}

/** Lets a socket of this process be closed when the process ends. */
export function ownSocket(sys: Sys, socket: SocketId): SocketId {
  sys.proc.sockets.push(socket);
  return socket;
}

/** Lets a device take all frames until the process ends (PACKET_MR_PROMISC). */
export function holdPromiscuous(sys: Sys, dev: DevId): void {
  setPromiscuity(sys.world, dev, 1);
  sys.proc.promiscuous.push(dev);
}

/** Closes a socket of this process. */
export function closeSocket(sys: Sys, socket: SocketId): void {
  sys.proc.sockets = sys.proc.sockets.filter((s) => s !== socket);
  socketClose(sys.world, socket);
}

// The end of processes, and signals.

function end(world: ShellWorld, p: Proc, status: number, signal: Signal | null): void {
  if (p.exit !== null) return;
  p.exit = status;
  p.signal = signal;
  p.timers = [];
  for (const socket of p.sockets) socketClose(world, socket);
  p.sockets = [];
  for (const id of p.promiscuous) if (world.devs[id]) setPromiscuity(world, id, -1);
  p.promiscuous = [];
  for (let fd = 0; fd < p.fds.length; fd++) setFd(world, p, fd, null);
  p.locals = undefined;
  if (p.exitSink !== null) {
    world.output.push({ t_ns: world.now_ns, sink: p.exitSink, kind: "exit", text: String(status), proc: p.id });
  }
  const parent = p.parent === null ? null : world.procs[p.parent];
  if (parent && parent.exit === null) {
    pushEvent(world.queue, world.now_ns, ShellEvent.PROC_WAKE, parent.id, WAKE_CHILD, p.id);
  } else if (p.parent !== null) {
    world.procs[p.id] = null;
  }
}

/** Whether a signal wakes the process instead of ending it. */
export function doesCatch(programs: Programs, p: Proc, signal: Signal): boolean {
  return p.catches.includes(signal) || (programs[p.program]?.catches ?? []).includes(signal);
}

/** Sends a signal to one process. */
export function signalProc(world: ShellWorld, programs: Programs, id: ProcId, signal: Signal): void {
  const p = world.procs[id];
  if (!p || p.exit !== null) return;
  if (signal !== "SIGKILL" && p.started && doesCatch(programs, p, signal)) {
    pushEvent(world.queue, world.now_ns, ShellEvent.PROC_WAKE, id, WAKE_SIGNAL, SIGNAL_NUMBER[signal]);
  } else {
    end(world, p, 128 + SIGNAL_NUMBER[signal], signal);
  }
}

/** The number that a process has where it runs: a container's first process is 1 there. */
export function seenPid(world: ShellWorld, p: Proc): Pid {
  return world.nodes[p.node]?.init === p.id ? 1 : p.pid;
}

/** The process that bears a number where `from` runs; a container sees only its own. */
export function procOfPid(world: ShellWorld, from: Proc, pid: Pid): Proc | null {
  const inside = world.nodes[from.node]?.init !== undefined;
  const seen = (p: Proc) => p.exit === null && p.machine === from.machine && (!inside || p.node === from.node);
  return world.procs.find((p): p is Proc => p !== null && seen(p) && seenPid(world, p) === pid) ?? null;
}

/** kill(2). Process 1 of a container gets from inside only what it has a handler for (SIGNAL_UNKILLABLE). */
export function kill(world: ShellWorld, programs: Programs, from: Proc, to: Proc, signal: Signal): void {
  const init = world.nodes[to.node]?.init === to.id && from.node === to.node;
  if (init && (signal === "SIGKILL" || !doesCatch(programs, to, signal))) return;
  signalProc(world, programs, to.id, signal);
}

/** Sends a signal to all processes of a group, as a terminal does. */
export function signalGroup(world: ShellWorld, programs: Programs, group: ProcId, signal: Signal): void {
  const members = world.procs.filter((p) => p?.group === group);
  for (const p of members) if (p) signalProc(world, programs, p.id, signal);
}

/** Exit status of a process that has ended, else null. */
export function procExit(world: ShellWorld, id: ProcId): number | null {
  const p = world.procs[id];
  return p ? p.exit : null;
}

/** Forgets a process without a parent that has ended. */
export function reap(world: ShellWorld, id: ProcId): void {
  if (world.procs[id]?.exit !== null) world.procs[id] = null;
}

// Events.

/** Handles the events of this layer; false: the kind is another layer's. */
export function shellDispatch(world: ShellWorld, programs: Programs, event: Event): boolean {
  const p = world.procs[event.a];
  const frozen = p && p.exit === null ? world.nodes[p.node]?.frozen : undefined;
  if (frozen && FREEZABLE.has(event.kind)) {
    frozen.push({ ...event });
    return true;
  }
  switch (event.kind) {
    case ShellEvent.SOCKET_READY:
      if (p?.sockets.includes(event.b)) wake(world, programs, p, { type: "socket", socket: event.b });
      else socketStreamReady(world, event.b);
      return true;
    case ShellEvent.PROC_TIMER:
      if (p?.timers.some((t) => t.slot === event.b && t.generation === event.c)) {
        p.timers = p.timers.filter((t) => t.slot !== event.b);
        wake(world, programs, p, { type: "timer", slot: event.b });
      }
      return true;
    case ShellEvent.PROC_WAKE:
      if (event.b === WAKE_CHILD) wakeForChild(world, programs, event.a, event.c);
      else if (p && event.b === WAKE_STDIN) wake(world, programs, p, { type: "stdin", stream: event.c });
      else if (p && event.b === WAKE_DETACH) wake(world, programs, p, { type: "detach" });
      else if (p) wake(world, programs, p, { type: "signal", signal: signalOf(event.c) });
      return true;
    case ShellEvent.PROC_START:
      if (p && !p.started && p.exit === null) {
        p.started = true;
        program(programs, p).start({ world, programs, proc: p }, p.argv);
      }
      return true;
    default:
      return false;
  }
}

const FREEZABLE: ReadonlySet<number> = new Set([
  ShellEvent.SOCKET_READY,
  ShellEvent.PROC_TIMER,
  ShellEvent.PROC_WAKE,
  ShellEvent.PROC_START,
]);

/** Stops all processes of a node where they are. */
export function freeze(world: ShellWorld, id: NodeId): void {
  node(world, id).frozen ??= [];
}

/** Lets them go on with what has come meanwhile. */
export function thaw(world: ShellWorld, id: NodeId): void {
  const at = node(world, id);
  for (const { kind, a, b, c } of at.frozen ?? []) pushEvent(world.queue, world.now_ns, kind, a, b, c);
  delete at.frozen;
}

function wakeForChild(world: ShellWorld, programs: Programs, parentId: ProcId, childId: ProcId): void {
  const child = world.procs[childId];
  const parent = world.procs[parentId];
  if (!child || child.exit === null) return;
  world.procs[childId] = null;
  if (parent) wake(world, programs, parent, { type: "child", child: childId, exit: child.exit, signal: child.signal });
}

function wake(world: ShellWorld, programs: Programs, p: Proc, why: Wake): void {
  if (p.exit !== null || !p.started) return;
  world.received.packet = -1;
  program(programs, p).wake?.({ world, programs, proc: p }, why);
}

function program(programs: Programs, p: Proc): Program {
  return programs[p.program] ?? bug(`no program ${p.program}`);
}

function signalOf(number: number): Signal {
  return SIGNALS.find((s) => SIGNAL_NUMBER[s] === number) ?? "SIGTERM";
}

// Where the world outside comes in.

export interface SpawnShell {
  node: NodeId;
  /** The line for `bash -c`. */
  line: string;
  /** Where stdout, stderr and the exit status go (`OutputChunk.sink`). */
  sink: string;
  netns?: NetnsId;
  caps?: readonly Capability[];
  env?: Record<string, string>;
  delay_ns?: number;
}

/** Runs `bash -c line` on a node without a terminal. Its end is an "exit" chunk of `sink`. */
export function spawnShell(world: ShellWorld, options: SpawnShell): ProcId {
  const { line, sink, ...rest } = options;
  const fds = [nullStream(world), sinkStream(world, sink, 1), sinkStream(world, sink, 2)];
  return spawn(world, null, { ...rest, program: "bash", argv: ["bash", "-c", line], fds, exitSink: sink });
}

/**
 * The records of running programs: processes, streams, terminals, and the machines and containers ("nodes") they run on.
 * Plain data throughout: a program is its name, its argv and `locals`; what it waits for stands in its timers, sockets and
 * streams. Ids index the arrays of `ShellWorld`; a process id is never used again, a stream id may be.
 */

import type { DevId, MachineId, NetnsId, Pid, SocketId, World } from "../kernel/types.ts";
import type { Event } from "../sim/queue.ts";

/** Index into `ShellWorld.procs`. Not the number that the machine shows (`Proc.pid`): pids repeat from machine to machine. */
export type ProcId = number;
export type StreamId = number;
/** "hostA", or "hostA/<first 12 hex digits of the container's id>". */
export type NodeId = string;

export type Signal = "SIGHUP" | "SIGINT" | "SIGQUIT" | "SIGKILL" | "SIGPIPE" | "SIGTERM";
export type Capability = "NET_ADMIN" | "NET_RAW" | "SYS_ADMIN" | "NET_BIND_SERVICE";

export interface ShellWorld extends World {
  procs: (Proc | null)[];
  streams: (Stream | null)[];
  /** Machines and containers that a process can run on. Written by the layers above. */
  nodes: Record<NodeId, NodeRecord>;
  terminals: Record<string, Terminal>;
  /** What programs wrote to sinks, and the ends of top-level processes; whoever drives the world takes it away. */
  output: OutputChunk[];
  /** Unix time at virtual time 0, for clocks. */
  bootTime_s: number;
}

/** A place where processes run: a machine or a container. */
export interface NodeRecord {
  id: NodeId;
  machine: MachineId;
  netns: NetnsId;
  hostname: string;
  /** Whole files by absolute path (/etc/hosts, /etc/resolv.conf …). Directories follow from the paths. */
  files: Record<string, string>;
  /** Permissions of files that differ from rw-r--r--, by path. */
  modes?: Record<string, number>;
  /** What a new process starts with; HOSTNAME, PATH, HOME are added. */
  env: Record<string, string>;
  caps: Capability[];
  /** Programs of the table that are not installed here. */
  missing: string[];
  /** The process that is number 1 of a container's own process namespace. */
  init?: ProcId;
  /** What would have woken its processes since they were frozen (the cgroup freezer); left out while they run. */
  frozen?: Event[];
  /** Where `/` of the shell starts; "/" or "/root". */
  cwd: string;
}

export interface OutputChunk {
  t_ns: number;
  sink: string;
  kind: "stdout" | "stderr" | "exit";
  /** Text; for "exit" the status in decimal. */
  text: string;
  proc: ProcId;
  /** The packet that the program had just read, and when that had come: ping's lines, tcpdump's. */
  cause?: { packet: number; t_ns: number };
}

export interface Proc {
  id: ProcId;
  pid: Pid;
  parent: ProcId | null;
  /** Process group: the id of its first process. A terminal's Ctrl-C goes to all of a group. */
  group: ProcId;
  node: NodeId;
  machine: MachineId;
  netns: NetnsId;
  /** Name in the table of programs; argv[0] may differ. */
  program: string;
  argv: string[];
  env: Record<string, string>;
  cwd: string;
  uid: number;
  /** Group; 0 if left out. */
  gid?: number;
  caps: Capability[];
  /** Streams by file descriptor: 0 stdin, 1 stdout, 2 stderr. */
  fds: (StreamId | null)[];
  /** stdio's buffer of stdout; absent: everything is written at once. */
  held?: string;
  /** Why a file did not take what was written last; absent: it did. */
  writeErrno?: number;
  /** Closed when it ends. */
  sockets: SocketId[];
  /** Devices that it keeps promiscuous; given up when it ends. */
  promiscuous: DevId[];
  timers: { slot: number; at_ns: number; generation: number }[];
  nextGeneration: number;
  /** The program's own variables. */
  locals: unknown;
  started: boolean;
  /** Signals that wake it instead of ending it, beyond those that its program names. */
  catches: Signal[];
  /** Exit status once it has ended, 128 + signal if a signal ended it; then the record waits to be reaped. */
  exit: number | null;
  signal: Signal | null;
  /** Sink that gets an "exit" chunk when it ends; null for children. */
  exitSink: string | null;
}

/** What a file descriptor leads to. `readers` and `writers` count descriptors, in processes and in the hands of a shell. */
export type Stream = { readers: number; writers: number } & (
  | { kind: "null" }
  /** Also what `$(…)` collects into: then nobody waits and the shell reads it at the end. */
  | { kind: "pipe"; text: string; waiting: ProcId | null }
  /** Output that leaves the world: `fd` says as which of the two. `piped`: who writes doesn't see the terminal behind it. */
  | { kind: "sink"; sink: string; fd: 1 | 2; piped?: true }
  /** The keyboard of a terminal. */
  | { kind: "keyboard"; sink: string; text: string; closed: boolean; waiting: ProcId[] }
  /** A file opened for reading: its content when it was opened. */
  | { kind: "text"; text: string; offset: number }
  /** A file opened for writing: what is written is appended to it at once. */
  | { kind: "file"; node: NodeId; netns: NetnsId; path: string }
  /** A connected socket: bash's /dev/tcp and /dev/udp. `unsent`: pieces that were written and did not go out yet, lines of bash's if
   * `byLine`; the last went at `sent_ns`. */
  | { kind: "socket"; socket: SocketId; unsent: Uint8Array[]; byLine: boolean; sent_ns: number; waiting: ProcId[] }
);

/** A terminal that a person types into. */
export interface Terminal {
  sink: string;
  node: NodeId;
  /** The named namespace that it was opened in: it is hung up when that loses its name. */
  netns?: NetnsId;
  /** The shell that it was opened with. */
  shell: ProcId;
  /** Process group that gets its signals, or null when the shell waits for a line. */
  foreground: ProcId | null;
  keyboard: StreamId;
  columns: number;
}

/** Why a program is woken. */
export type Wake =
  | { type: "timer"; slot: number }
  | { type: "socket"; socket: SocketId }
  /** Something can be read from stdin, or it has ended; -1 for a stdin that is closed. Asked for with `awaitInput`. */
  | { type: "stdin"; stream: StreamId }
  /** A child has ended; its record is gone after this call. */
  | { type: "child"; child: ProcId; exit: number; signal: Signal | null }
  /** Only signals that the program or the process names in `catches`. */
  | { type: "signal"; signal: Signal }
  /** Somebody pressed the keys that leave the terminal which it has lent. Only for programs with `lends`. */
  | { type: "detach" };

/** What a program is called with. Made anew for each call, never kept. */
export interface Sys {
  world: ShellWorld;
  programs: Programs;
  proc: Proc;
}

/** A program that can be run. Has no state of its own: what it remembers is in `sys.proc.locals`. */
export interface Program {
  /** Where `which` finds it; absent for what only the shell runs. */
  path?: string;
  /** One line for `help`. */
  about?: string;
  /** Signals that wake it instead of ending it. */
  catches?: readonly Signal[];
  /** Lends its terminal to processes elsewhere, and wants to hear when somebody leaves them. */
  lends?: boolean;
  /** Runs until it exits or waits (for a timer, a socket, a child, stdin). Must do one of these. */
  start(sys: Sys, argv: string[]): void;
  wake?(sys: Sys, why: Wake): void;
}

export type Programs = Readonly<Record<string, Program>>;

/** Kinds of events of this layer (32 … 47). */
export const ShellEvent = {
  /** a: process, b: socket. Raised by the kernel. */
  SOCKET_READY: 32,
  /** a: process, b: slot, c: generation. */
  PROC_TIMER: 33,
  /** a: process, b: WAKE_*, c: child or signal number. */
  PROC_WAKE: 34,
  /** a: process: its exec is done, its program starts. */
  PROC_START: 35,
} as const;

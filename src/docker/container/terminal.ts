/** Which streams the processes of a container have, while somebody joins or leaves its terminal. */
import { nodeEnv, setFd } from "../../shell/process.ts";
import { awaitStream, stream } from "../../shell/streams.ts";
import type { NodeId, NodeRecord, Proc, StreamId } from "../../shell/types.ts";
import type { DockerWorld } from "../types.ts";

/** Gives the processes of a container other streams in the place of the CLI's; one that waits for a line goes on waiting. */
export function moveAway(
  world: DockerWorld,
  cli: Proc,
  node: NodeId,
  fds: readonly [StreamId, StreamId, StreamId],
): void {
  const [keyboard, out, err] = cli.fds;
  for (const p of world.procs) {
    if (p?.node !== node || p.exit !== null) continue;
    if (keyboard !== null && keyboard !== undefined && p.fds[0] === keyboard) moveInput(world, p, keyboard, fds[0]);
    for (const fd of [1, 2] as const) if (p.fds[fd] === out || p.fds[fd] === err) setFd(world, p, fd, fds[fd]);
  }
}

/** Puts `to` in the place of a process's stdin. */
export function moveInput(world: DockerWorld, p: Proc, from: StreamId, to: StreamId): void {
  const old = stream(world, from);
  let waited = false;
  if (old.kind === "keyboard") {
    waited = old.waiting.includes(p.id);
    old.waiting = old.waiting.filter((id) => id !== p.id);
  } else if (old.kind === "pipe") {
    waited = old.waiting === p.id;
    if (waited) old.waiting = null;
  }
  setFd(world, p, 0, to);
  if (waited) awaitStream(world, to, p.id);
}

/** What a process of a container finds in its environment (CreateDaemonEnvironment): TERM only where it has a terminal. */
export function terminalEnv(node: NodeRecord, tty: boolean): Record<string, string> {
  const { PATH = "", HOSTNAME = "", ...rest } = nodeEnv(node);
  return { PATH, HOSTNAME, ...(tty ? { TERM: "xterm" } : {}), ...rest };
}

/** Sockets of a namespace as the page shows them: what `ss -tulanp` lists. */
import type { NetnsId } from "../kernel/types.ts";
import type { SocketView } from "../protocol/view.ts";
import { type ListedSocket, listSockets, portText, SS_STATES } from "../shell/sockets/socket-list.ts";
import { SCENE_START_NS } from "../worlds/scene.ts";
import type { PlaygroundWorld } from "../worlds/types.ts";

/** Of so many sockets the page is told. */
const MOST_SOCKETS = 100;

/** Who waits for others first. */
export function viewSockets(world: PlaygroundWorld, netns: NetnsId): SocketView[] {
  const all = listSockets(world, netns).map(viewSocket);
  const waits = (s: SocketView) => s.state === "LISTEN" || s.state === "UNCONN";
  return [...all.filter(waits), ...all.filter((s) => !waits(s))].slice(0, MOST_SOCKETS);
}

function viewSocket(s: ListedSocket): SocketView {
  const end = (address: string, port: number) =>
    `${s.ipv6 ? `[${address}]` : address}:${portText(port, s.protocol, true)}`;
  return {
    id: s.socket.id,
    protocol: s.protocol,
    state: SS_STATES[s.state] ?? s.state,
    local: end(s.local, s.localPort),
    peer: end(s.remote, s.remotePort),
    recvQueue: s.recvQueue,
    sendQueue: s.sendQueue,
    created_ns: s.socket.created_ns - SCENE_START_NS,
    owner: s.owner === null ? null : { program: s.owner.program, pid: s.owner.pid, node: s.owner.node },
  };
}

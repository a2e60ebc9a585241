import { useAllText } from "../../../i18n/all-text.ts";
import type { NodeView, SocketView } from "../../../protocol/view.ts";
import { useWorld } from "../../store/stores.ts";
import { MadeBy } from "../origin/made-by-line.tsx";

/** Sockets as `ss` lists them; who listens stands first. */
export function SocketTable({ node }: { readonly node: NodeView }) {
  const t = useAllText();
  return (
    <section>
      <h4 className="look-heading">
        {t.look.sockets}
        {node.sockets.length > 0 && <small>{node.sockets.length}</small>}
      </h4>
      {node.sockets.length === 0 && <p className="look-note">{t.look.noSockets}</p>}
      <ul className="table">
        {node.sockets.map((socket) => (
          <SocketRow key={socket.id} socket={socket} node={node} />
        ))}
      </ul>
    </section>
  );
}

function SocketRow({ socket, node }: { readonly socket: SocketView; readonly node: NodeView }) {
  const t = useAllText();
  const { owner } = socket;
  const name = useWorld((s) => (owner === null ? "" : (s.nodes[owner.node]?.name ?? owner.node)));
  const isAlone = socket.peer.endsWith(":*");
  const waits = socket.recvQueue > 0;
  return (
    <li className="table-row socket-row">
      <span className="mono socket-protocol" data-protocol={socket.protocol}>
        {socket.protocol}
      </span>
      <span className="mono">
        {socket.local}
        {!isAlone && ` → ${socket.peer}`}
      </span>
      <span className="table-end mono socket-state" data-state={socket.state} title={t.look.socketStates[socket.state]}>
        {socket.state}
      </span>
      <span className="table-detail">
        {owner === null ? (
          t.look.noOwner
        ) : (
          <>
            <span lang="en" className="mono">
              {owner.program} pid {owner.pid}
            </span>
            {owner.node !== node.id && ` · ${t.look.runsIn(name)}`}
          </>
        )}
        {waits && ` · ${t.look.unread(socket.recvQueue, socket.state === "LISTEN")}`}
      </span>
      <MadeBy node={node.id} created_ns={socket.created_ns} accepts={!isAlone} />
    </li>
  );
}

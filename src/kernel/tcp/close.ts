/** The end of a TCP socket that a process lets go: tcp_close and tcp_shutdown of net/ipv4/tcp.c. */
import type { Socket, World } from "../types.ts";
import { sendActiveReset } from "./output.ts";
import { armEnd, tcpDone, tcpOf } from "./state.ts";
import { tcpPush } from "./write.ts";

/** Sends a FIN behind what is queued. Nothing can be sent afterwards; what comes can still be read. */
export function tcpShutdown(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  if (tcp.finQueued) return;
  if (tcp.state === "ESTABLISHED" || tcp.state === "SYN_RECV") tcp.state = "FIN_WAIT1";
  else if (tcp.state === "CLOSE_WAIT") tcp.state = "LAST_ACK";
  else return;
  tcp.finQueued = true;
  tcpPush(world, socket);
}

/**
 * Nobody holds the socket any more. What was not read makes it a reset, else it closes by FIN and its record stays until the
 * other end has answered. Connections that nobody accepted are reset.
 */
export function tcpClose(world: World, socket: Socket): void {
  const tcp = tcpOf(socket);
  tcp.orphan = true;
  // The process is gone: nobody is to be woken.
  socket.pid = -1;
  if (tcp.state === "LISTEN") {
    for (const other of world.sockets) {
      if (other?.tcp?.listener !== socket.id) continue;
      if (other.tcp.state !== "SYN_RECV") sendActiveReset(world, other);
      tcpDone(world, other);
    }
    return tcpDone(world, socket);
  }
  if (tcp.state === "CLOSE" || tcp.state === "SYN_SENT") {
    // tcp_close_state: an attempt that its own program gives up has not failed.
    tcp.state = "CLOSE";
    return tcpDone(world, socket);
  }
  if (tcp.recvBytes > 0 && tcp.state !== "TIME_WAIT") {
    sendActiveReset(world, socket);
    return tcpDone(world, socket);
  }
  tcp.recvBytes = 0;
  tcpShutdown(world, socket);
  if (tcp.state === "FIN_WAIT2") armEnd(world, socket);
}

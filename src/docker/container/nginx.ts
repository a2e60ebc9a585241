/** What the image nginx starts: /start.sh, which becomes the server. It runs until it is told to stop. */
import { MS_NS } from "../../base/time.ts";
import { EADDRINUSE, strerror } from "../../kernel/errno.ts";
import { socketCreate } from "../../kernel/socket/socket.ts";
import { tcpBind, tcpListen } from "../../kernel/tcp/api.ts";
import type { SocketId } from "../../kernel/types.ts";
import { LISTEN_BACKLOG } from "../../shell/http/httpd.ts";
import { createWebServer, type WebServer, webServerWake } from "../../shell/http/server.ts";
import { closeSocket, exec, exit, fail, ownSocket, setTimer, write } from "../../shell/process.ts";
import type { Program, Sys } from "../../shell/types.ts";
import { IPV4_ANY } from "../../wire/address.ts";
import { IPPROTO_TCP } from "../../wire/ipv4.ts";

export const startScript: Program = {
  path: "/start.sh",
  start(sys) {
    exec(sys.world, sys.proc, "nginx", ["nginx", "-g", "daemon off;"]);
  },
};

const PORT = 80;
/** ngx_open_listening_sockets: so many tries, half a second apart. */
const TRIES = 5;
const RETRY_NS = 500 * MS_NS;
const RETRY = 0;

interface Nginx {
  triesLeft: number;
  /** Open sockets by what the configuration calls them. */
  sockets: Record<string, SocketId>;
  server: WebServer | null;
}

/** Binds what is not bound yet. A port that is taken is tried again later. */
function listen(sys: Sys, s: Nginx): void {
  const { world, proc } = sys;
  let failed = false;
  for (const [name, type] of [
    ["0.0.0.0:80", "tcp"],
    ["[::]:80", "tcp6"],
  ] as const) {
    if (s.sockets[name] !== undefined) continue;
    const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, type, IPPROTO_TCP));
    const errno = tcpBind(world, id, IPV4_ANY, PORT);
    if (errno === 0) {
      tcpListen(world, id, LISTEN_BACKLOG);
      s.sockets[name] = id;
      continue;
    }
    closeSocket(sys, id);
    write(sys, 2, `nginx: [emerg] bind() to ${name} failed (${-errno}: ${strerror(errno)})\n`);
    if (errno !== EADDRINUSE) return exit(sys, 1);
    failed = true;
  }
  if (!failed) s.server = createWebServer(Object.values(s.sockets), null);
  else setTimer(sys, RETRY, RETRY_NS);
}

export const nginxProgram: Program = {
  path: "/usr/sbin/nginx",
  about: "a web server",
  catches: ["SIGTERM", "SIGQUIT", "SIGINT"],
  start(sys) {
    const s: Nginx = { triesLeft: TRIES - 1, sockets: {}, server: null };
    sys.proc.locals = s;
    listen(sys, s);
  },
  wake(sys, why) {
    const s = sys.proc.locals as Nginx;
    if (why.type === "signal") return exit(sys, 0);
    if (s.server) return webServerWake(sys, s.server, why);
    if (why.type !== "timer" || why.slot !== RETRY) return;
    if (s.triesLeft-- > 0) listen(sys, s);
    else fail(sys, "nginx: [emerg] still could not bind()\n", 1);
  },
};

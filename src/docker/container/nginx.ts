/** What the image nginx starts: /start.sh, which becomes the server. It runs until it is told to stop. */
import { MS_NS } from "../../base/time.ts";
import { EADDRINUSE, strerror } from "../../kernel/errno.ts";
import { socketCreate } from "../../kernel/socket/socket.ts";
import { tcpBind, tcpListen } from "../../kernel/tcp/api.ts";
import type { SocketId } from "../../kernel/types.ts";
import { LISTEN_BACKLOG } from "../../shell/http/httpd.ts";
import { createWebServer, type WebServer, webServerWake } from "../../shell/http/server.ts";
import {
  closeSocket,
  exec,
  exit,
  fail,
  ownSocket,
  setFd,
  setTimer,
  signalProc,
  spawn,
  write,
} from "../../shell/process.ts";
import { nullStream } from "../../shell/streams.ts";
import type { Program, Sys } from "../../shell/types.ts";
import { IPV4_ANY } from "../../wire/address.ts";
import { IPPROTO_TCP } from "../../wire/ipv4.ts";

export const startScript: Program = {
  path: "/start.sh",
  start(sys) {
    const { world, proc } = sys;
    const files = world.nodes[proc.node]?.files;
    if (files) {
      files["/run/nginx.pid"] = "1\n";
      files["/proc/1/comm"] = "nginx\n";
      files["/proc/1/cmdline"] = "nginx: master process nginx -g daemon off;\0";
    }
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
  /** It leaves the terminal once it listens. */
  daemon: boolean;
}

/** Binds what is not bound yet. A port that is taken is tried again later. Its logs have descriptors 3 and 4. */
function listen(sys: Sys, s: Nginx): void {
  const { world, proc } = sys;
  for (const fd of [3, 4]) setFd(world, proc, fd, nullStream(world));
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
  if (failed) return setTimer(sys, RETRY, RETRY_NS);
  if (s.daemon) return daemonize(sys, s);
  s.server = createWebServer(Object.values(s.sockets), null);
}

/** ngx_daemon: a child goes on with the sockets, the terminal is free again. */
function daemonize(sys: Sys, s: Nginx): void {
  const { world, proc } = sys;
  const sockets = Object.values(s.sockets);
  const locals: Nginx = { ...s, daemon: false, server: createWebServer(sockets, null) };
  const options = { node: proc.node, netns: proc.netns, newGroup: true, delay_ns: 0, locals };
  const id = spawn(world, null, { ...options, program: "nginx", argv: [...proc.argv], caps: proc.caps });
  const child = world.procs[id];
  if (child) child.sockets = sockets;
  for (const socket of sockets) {
    const record = world.sockets[socket];
    if (record) record.pid = id;
  }
  proc.sockets = [];
  exit(sys, 0);
}

const VERSION = "nginx version: nginx/1.22.1\n";
const CONFIG = "/etc/nginx/nginx.conf";

/** -v, -t, -s and what nginx does not know: done at once. */
function answered(sys: Sys, args: readonly string[]): boolean {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === "-g" || arg === "-c" || arg === "-p") at++;
    else if (arg === "-v" || arg === "-V") fail(sys, VERSION, 0);
    else if (arg === "-t") {
      const words = `nginx: the configuration file ${CONFIG} syntax is ok\n`;
      fail(sys, `${words}nginx: configuration file ${CONFIG} test is successful\n`, 0);
    } else if (arg === "-s") signalMaster(sys, args[at + 1] ?? "");
    else if (arg !== "-q" && arg !== "-e") fail(sys, `nginx: invalid option: "${arg}"\n`, 1);
    if (sys.proc.exit !== null) return true;
  }
  return false;
}

/** nginx -s: tells the server that runs in the same container or on the same machine. */
function signalMaster(sys: Sys, name: string): void {
  const { world, programs, proc } = sys;
  if (!/^(stop|quit|reopen|reload)$/.test(name)) return fail(sys, `nginx: invalid option: "-s ${name}"\n`, 1);
  const master = world.procs.find((p) => p && p !== proc && p.program === "nginx" && p.node === proc.node);
  if (!master || master.exit !== null) {
    const why = 'open() "/run/nginx.pid" failed (2: No such file or directory)';
    return fail(sys, `nginx: [error] ${why}\n`, 1);
  }
  if (name === "stop" || name === "quit") signalProc(world, programs, master.id, "SIGTERM");
  exit(sys, 0);
}

export const nginxProgram: Program = {
  path: "/usr/sbin/nginx",
  about: "a web server",
  catches: ["SIGTERM", "SIGQUIT", "SIGINT"],
  start(sys, argv) {
    // A daemon's child has its sockets and its server already.
    if (sys.proc.locals !== undefined || answered(sys, argv.slice(1))) return;
    const s: Nginx = {
      triesLeft: TRIES - 1,
      sockets: {},
      server: null,
      daemon: !argv.some((arg) => arg.includes("daemon off")),
    };
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

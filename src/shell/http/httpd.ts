/** The web server of the scenes' internet: nginx with one fixed text. `httpd ADDRESS:PORT TEXT`. */
import { strerror } from "../../kernel/errno.ts";
import { socketCreate } from "../../kernel/socket/socket.ts";
import { tcpBind, tcpListen } from "../../kernel/tcp/api.ts";
import { parseIpv4 } from "../../wire/address.ts";
import { IPPROTO_TCP } from "../../wire/ipv4.ts";
import { fail, ownSocket } from "../process.ts";
import type { Program } from "../types.ts";
import { createWebServer, type WebServer, webServerWake } from "./server.ts";

/** nginx's backlog (NGX_LISTEN_BACKLOG). */
export const LISTEN_BACKLOG = 511;

export const httpd: Program = {
  path: "/usr/sbin/httpd",
  start(sys, argv) {
    const [host = "", port = "80"] = (argv[1] ?? "").split(":");
    const address = parseIpv4(host);
    if (address === null) return fail(sys, `httpd: bad address ${host}\n`, 2);
    const { world, proc } = sys;
    const id = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "tcp", IPPROTO_TCP));
    const bound = tcpBind(world, id, address, Number(port));
    const errno = bound < 0 ? bound : tcpListen(world, id, LISTEN_BACKLOG);
    if (errno < 0) return fail(sys, `httpd: bind() to ${argv[1]} failed: ${strerror(errno)}\n`, 1);
    proc.locals = createWebServer([id], argv[2] ?? "");
  },
  wake(sys, why) {
    webServerWake(sys, sys.proc.locals as WebServer, why);
  },
};

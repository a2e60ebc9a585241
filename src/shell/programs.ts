/** The table of programs that every machine has. */
import { netPrograms } from "./commands/net-programs.ts";
import { dig } from "./dns/dig.ts";
import { host, nslookup } from "./dns/nslookup.ts";
import { tcpdump } from "./dump/tcpdump.ts";
import { curl } from "./http/curl.ts";
import { httpd } from "./http/httpd.ts";
import { bash, sh } from "./lang/bash.ts";
import { dnsd } from "./names/dnsd.ts";
import { getent } from "./names/getent.ts";
import { nc } from "./nc/nc.ts";
import { arping } from "./probe/arping.ts";
import { ping } from "./probe/ping.ts";
import { traceroute } from "./probe/traceroute.ts";
import { netstat } from "./sockets/netstat.ts";
import { ss } from "./sockets/ss.ts";
import { SYSTEM_PROGRAMS } from "./system/programs.ts";
import { TEXT_PROGRAMS } from "./text/programs.ts";
import type { Programs } from "./types.ts";

export const shellPrograms: Programs = {
  bash,
  sh,
  ...netPrograms,
  ...TEXT_PROGRAMS,
  ...SYSTEM_PROGRAMS,
  arping,
  curl,
  dig,
  dnsd,
  getent,
  host,
  httpd,
  nc,
  netcat: { ...nc, path: "/usr/bin/netcat" },
  netstat,
  nslookup,
  ping,
  ss,
  tcpdump,
  traceroute,
};

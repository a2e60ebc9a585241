/** The programs that somebody has to type, with the kernel's files and rare matches that only they reach: the page fetches them behind the first picture. */
import { installMoreMatches } from "../kernel/netfilter/match/match.ts";
import { matchMore } from "../kernel/netfilter/match/more.ts";
import { moreMatchWords, moreTargetWords } from "./commands/iptables/print/more.ts";
import { installMoreWords } from "./commands/iptables/print/rule.ts";
import { netPrograms } from "./commands/net-programs.ts";
import { dig } from "./dns/dig.ts";
import { host, nslookup } from "./dns/nslookup.ts";
import { tcpdump } from "./dump/tcpdump.ts";
import { curl } from "./http/curl/curl.ts";
import { getent } from "./names/getent.ts";
import { nc } from "./nc/nc.ts";
import { arping } from "./probe/arping.ts";
import { tracepath } from "./probe/tracepath.ts";
import { traceroute } from "./probe/traceroute.ts";
import { procNet } from "./proc/net.ts";
import { installProcFiles } from "./proc/procfs.ts";
import { sysNet } from "./proc/sysfs-net.ts";
import { netstat } from "./sockets/netstat.ts";
import { nstat } from "./sockets/nstat.ts";
import { ss } from "./sockets/ss.ts";
import { SYSTEM_PROGRAMS } from "./system/programs.ts";
import { TEXT_PROGRAMS } from "./text/programs.ts";
import type { Programs } from "./types.ts";

installProcFiles({ procNet, sysNet });
installMoreMatches(matchMore);
installMoreWords({ match: moreMatchWords, target: moreTargetWords });

export const laterPrograms: Programs = {
  ...netPrograms,
  ...TEXT_PROGRAMS,
  ...SYSTEM_PROGRAMS,
  arping,
  curl,
  dig,
  getent,
  host,
  nc,
  netcat: { ...nc, path: "/usr/bin/netcat" },
  netstat,
  nslookup,
  nstat,
  ss,
  tcpdump,
  tracepath,
  traceroute,
};

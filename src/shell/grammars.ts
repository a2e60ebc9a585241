/** The grammars of the programs that every machine has, by the programs' names. */
import { brctlGrammar, bridgeGrammar } from "./commands/bridge/grammar.ts";
import { conntrackGrammar, ethtoolGrammar, sysctlGrammar } from "./commands/grammar.ts";
import { ipGrammar } from "./commands/ip/grammar.ts";
import { iptablesGrammar, restoreGrammar, saveGrammar } from "./commands/iptables/grammar.ts";
import { arpGrammar, ifconfigGrammar, routeGrammar } from "./commands/net-tools/grammar.ts";
import type { Grammar } from "./grammar.ts";
import { arpingGrammar, pingGrammar, tcpdumpGrammar, tracepathGrammar, tracerouteGrammar } from "./probe/grammar.ts";
import {
  curlGrammar,
  digGrammar,
  getentGrammar,
  hostGrammar,
  ncGrammar,
  netstatGrammar,
  nslookupGrammar,
  ssGrammar,
} from "./sockets/grammar.ts";
import { SYSTEM_GRAMMARS } from "./system/grammar.ts";

export const shellGrammars: Readonly<Record<string, Grammar>> = {
  ...SYSTEM_GRAMMARS,
  ip: ipGrammar,
  bridge: bridgeGrammar,
  brctl: brctlGrammar,
  iptables: iptablesGrammar,
  "iptables-save": saveGrammar,
  "iptables-restore": restoreGrammar,
  ifconfig: ifconfigGrammar,
  route: routeGrammar,
  arp: arpGrammar,
  conntrack: conntrackGrammar,
  ethtool: ethtoolGrammar,
  sysctl: sysctlGrammar,
  ping: pingGrammar,
  tracepath: tracepathGrammar,
  traceroute: tracerouteGrammar,
  arping: arpingGrammar,
  tcpdump: tcpdumpGrammar,
  ss: ssGrammar,
  netstat: netstatGrammar,
  nc: ncGrammar,
  netcat: ncGrammar,
  dig: digGrammar,
  nslookup: nslookupGrammar,
  host: hostGrammar,
  getent: getentGrammar,
  curl: curlGrammar,
};

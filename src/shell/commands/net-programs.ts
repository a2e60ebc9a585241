/** The programs that show and configure the network. */
import type { Programs } from "../types.ts";
import { brctl } from "./bridge/brctl.ts";
import { bridge } from "./bridge/bridge.ts";
import { conntrack } from "./conntrack/conntrack.ts";
import { ethtool } from "./ethtool.ts";
import { ip } from "./ip/ip.ts";
import { iptables } from "./iptables/iptables.ts";
import { iptablesRestore } from "./iptables/restore.ts";
import { iptablesSave } from "./iptables/save.ts";
import { arp } from "./net-tools/arp.ts";
import { ifconfig } from "./net-tools/ifconfig.ts";
import { route } from "./net-tools/route.ts";
import { sysctl } from "./sysctl.ts";

export const netPrograms: Programs = {
  arp,
  brctl,
  bridge,
  conntrack,
  ethtool,
  ifconfig,
  ip,
  iptables,
  "iptables-restore": iptablesRestore,
  "iptables-save": iptablesSave,
  route,
  sysctl,
};

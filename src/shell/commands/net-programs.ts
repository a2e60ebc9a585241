/** The programs that show and configure the network. */
import type { Programs } from "../types.ts";
import { arp } from "./arp.ts";
import { brctl } from "./brctl.ts";
import { bridge } from "./bridge.ts";
import { ethtool } from "./ethtool.ts";
import { ifconfig } from "./ifconfig.ts";
import { ip } from "./ip/ip.ts";
import { route } from "./route.ts";
import { sysctl } from "./sysctl.ts";

export const netPrograms: Programs = { arp, brctl, bridge, ethtool, ifconfig, ip, route, sysctl };

/** What `ip … help` says: the forms that are carried out here, in the layout of iproute2. */

import { quit } from "../quit.ts";
import type { Line } from "./args.ts";

const TEXTS = {
  ip: [
    "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }",
    "where  OBJECT := { address | link | neighbour | netns | route | rule }",
    "       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] |",
    "                    -h[uman-readable] | -j[son] | -p[retty] |",
    "                    -f[amily] { inet | inet6 | link } | -4 | -6 | -0 |",
    "                    -br[ief] | -o[neline] | -n[etns] name | -a[ll] }",
  ],
  link: [
    "Usage: ip link add [ name ] NAME",
    "\t\t    [ txqueuelen PACKETS ] [ address LLADDR ]",
    "\t\t    [ mtu MTU ] [index IDX ] [ netns { PID | NAME } ]",
    "\t\t    type TYPE [ ARGS ]",
    "",
    "\tip link delete { DEVICE | dev DEVICE }",
    "",
    "\tip link set { DEVICE | dev DEVICE } [ { up | down } ]",
    "\t\t[ arp { on | off } ] [ multicast { on | off } ]",
    "\t\t[ allmulticast { on | off } ] [ promisc { on | off } ]",
    "\t\t[ txqueuelen PACKETS ] [ name NEWNAME ] [ address LLADDR ]",
    "\t\t[ mtu MTU ] [ netns { PID | NAME } ] [ alias NAME ]",
    "\t\t[ master DEVICE ] [ nomaster ] [ type TYPE ARGS ]",
    "",
    "\tip link show [ DEVICE | group GROUP ] [up] [master DEV] [type TYPE]",
    "\t\t[nomaster]",
    "",
    "TYPE := { bridge | bridge_slave | dummy | veth | vxlan | ipip }",
  ],
  address: [
    "Usage: ip address {add|change|replace} IFADDR dev IFNAME",
    "       ip address del IFADDR dev IFNAME",
    "       ip address flush [ dev IFNAME ] [ scope SCOPE-ID ]",
    "                        [ to PREFIX ] [ label LABEL ] [up]",
    "       ip address [ show [ dev IFNAME ] [ scope SCOPE-ID ] [ master DEVICE ]",
    "                         [ type TYPE ] [ to PREFIX ] [ label LABEL ] [up] ]",
    "IFADDR := PREFIX [ broadcast ADDR ] [ label IFNAME ] [ scope SCOPE-ID ]",
    "SCOPE-ID := [ host | link | global | NUMBER ]",
  ],
  route: [
    "Usage: ip route { list | flush } SELECTOR",
    "       ip route get ADDRESS [ from ADDRESS iif STRING ]",
    "                            [ oif STRING ] [ tos TOS ]",
    "       ip route { add | del | change | append | replace } ROUTE",
    "SELECTOR := [ root PREFIX ] [ match PREFIX ] [ exact PREFIX ]",
    "            [ table TABLE_ID ] [ proto RTPROTO ]",
    "            [ type TYPE ] [ scope SCOPE ]",
    "ROUTE := [ TYPE ] PREFIX [ tos TOS ] [ table TABLE_ID ] [ proto RTPROTO ]",
    "         [ scope SCOPE ] [ metric METRIC ] [ via ADDRESS ]",
    "         [ dev STRING ] [ src ADDRESS ] [ mtu NUMBER ] [ onlink ]",
    "TYPE := { unicast | local | broadcast | throw |",
    "          unreachable | prohibit | blackhole }",
    "TABLE_ID := [ local | main | default | all | NUMBER ]",
    "SCOPE := [ host | link | global | NUMBER ]",
    "RTPROTO := [ kernel | boot | static | NUMBER ]",
  ],
  neigh: [
    "Usage: ip neigh { add | del | change | replace }",
    "                { ADDR [ lladdr LLADDR ] [ nud STATE ] proxy ADDR }",
    "                [ dev DEV ] [ router ] [ use ]",
    "",
    "\tip neigh { show | flush } [ proxy ] [ to PREFIX ] [ dev DEV ] [ nud STATE ]",
    "\tip neigh get { ADDR | proxy ADDR } dev DEV",
    "",
    "STATE := { delay | failed | incomplete | noarp | none |",
    "           permanent | probe | reachable | stale }",
  ],
  netns: [
    "Usage:\tip netns list",
    "\tip netns add NAME",
    "\tip netns set NAME NETNSID",
    "\tip [-all] netns delete [NAME]",
    "\tip netns identify [PID]",
    "\tip netns pids NAME",
    "\tip [-all] netns exec [NAME] cmd ...",
    "\tip netns list-id",
    "NETNSID := auto | POSITIVE-INT",
  ],
  rule: ["Usage: ip rule [ list ]"],
} as const;

export function usage(line: Line, of: keyof typeof TEXTS, status = 255): never {
  quit(line.sys, `${TEXTS[of].join("\n")}\n`, status);
}

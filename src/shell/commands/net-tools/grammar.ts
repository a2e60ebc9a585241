/** What may stand on a line of `ifconfig`, `route` and `arp`. */
import { type Grammar, words } from "../../grammar.ts";

export const ifconfigGrammar: Grammar = {
  options: words("-a -s -v --help --version"),
  args: ["device"],
  keys: words(
    "up down netmask:any broadcast:any mtu:any hw:ether txqueuelen:any name:any add:any del:any arp promisc multicast allmulti",
  ),
};

const CHANGE: Grammar = {
  options: words("-net:any -host:host"),
  args: [["default"]],
  keys: words("gw:address netmask:any metric:any mss:any dev:device reject"),
};

export const routeGrammar: Grammar = {
  options: words("-n|--numeric -e|--extend -v|--verbose -F|--fib -C|--cache -4 --help --version"),
  sub: { add: CHANGE, del: CHANGE, flush: {} },
};

export const arpGrammar: Grammar = {
  options: words(
    "-a -e -n|--numeric -v|--verbose -i|--device:device -d|--delete:address -s|--set:address -H:ether --help",
  ),
  args: ["host", "any"],
};

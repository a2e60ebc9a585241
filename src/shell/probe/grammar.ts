/** What may stand on a line of the programs that probe a way: ping, traceroute, tracepath, arping, tcpdump. */
import { type Grammar, words } from "../grammar.ts";

export const pingGrammar: Grammar = {
  options: words(
    "-4 -A -b -c:any -D -f -h -I:device -i:any -l:any -M:do|dont|want -n -O -p:any -q -Q:any -R -s:any -t:any -U -v -V -w:any -W:any",
  ),
  args: ["host"],
};

export const tracerouteGrammar: Grammar = {
  options: words(
    "-4 -I|--icmp -T|--tcp -U|--udp -F|--dont-fragment --mtu --back -n -r -A -e -f|--first:any -m|--max-hops:any -N|--sim-queries:any -p|--port:any -q|--queries:any -w|--wait:any -z|--sendwait:any -i|--interface:device -s|--source:address -g|--gateway:address -t|--tos:any --help -V|--version",
  ),
  args: ["host", "any"],
};

export const tracepathGrammar: Grammar = { options: words("-4 -n -b -l:any -m:any -p:any -V"), args: ["host"] };

export const arpingGrammar: Grammar = {
  options: words("-A -b -c:any -D -f -I:device -i:any -q -s:address -U -V -w:any"),
  args: ["host"],
};

const FILTER =
  "host:host net:any port:any portrange:any src dst ether proto:tcp|udp|icmp tcp udp icmp arp ip ip6 and or not broadcast multicast greater:any less:any vlan";

export const tcpdumpGrammar: Grammar = {
  options: words(
    "-i|--interface:device -n -nn -e -v -vv -vvv -q -t -tt -ttt -tttt -ttttt -x -xx -X -XX -A -c:any -s:any -S -p -D|--list-interfaces -Q:in|out|inout -l -K -# --number --immediate-mode -h|--help --version",
  ),
  keys: words(FILTER),
};

/** What may stand on a line of `conntrack`, `ethtool` and `sysctl`. */
import { type Grammar, words } from "../grammar.ts";

export const conntrackGrammar: Grammar = {
  options: words(
    "-L|--dump -E|--event -D|--delete -F|--flush -C|--count -S|--stats -h|--help -V|--version -p|--proto:tcp|udp|icmp -s|--orig-src|--src:address -d|--orig-dst|--dst:address -r|--reply-src:address -q|--reply-dst:address --sport|--orig-port-src:any --dport|--orig-port-dst:any -n|--src-nat -g|--dst-nat -j|--any-nat --state:ESTABLISHED|SYN_SENT|SYN_RECV|FIN_WAIT|CLOSE_WAIT|LAST_ACK|TIME_WAIT|CLOSE -e|--event-mask:NEW|UPDATES|DESTROY|ALL -o|--output:extended|id|timestamp|ktimestamp -f|--family:ipv4",
  ),
  args: [["conntrack"]],
};

export const ethtoolGrammar: Grammar = {
  options: words(
    "-i|--driver:device -S|--statistics:device -k|--show-features:device -P|--show-permaddr:device -a|--show-pause:device -c|--show-coalesce:device -g|--show-ring:device -l|--show-channels:device -h|--help --version",
  ),
  args: ["device"],
};

export const sysctlGrammar: Grammar = {
  options: words(
    "-a|--all -n|--values -N|--names -w|--write -e|--ignore -q|--quiet -p|--load -r|--pattern:any -h|--help",
  ),
  args: ["setting"],
  repeats: true,
};

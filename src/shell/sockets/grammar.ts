/** What may stand on a line of the programs about sockets and names. */
import { type Grammar, words } from "../grammar.ts";

const STATES =
  "established|syn-sent|syn-recv|fin-wait-1|fin-wait-2|time-wait|closed|close-wait|last-ack|listening|closing|all|connected|synchronized";
const TYPES = ["A", "AAAA", "ANY", "CNAME", "MX", "NS", "PTR", "SOA", "TXT"];

export const ssGrammar: Grammar = {
  options: words(
    "-a|--all -e|--extended -H|--no-header -i|--info -l|--listening -m|--memory -n|--numeric -o|--options -p|--processes -r|--resolve -s|--summary -t|--tcp -u|--udp -w|--raw -x|--unix -0|--packet -4|--ipv4 -6|--ipv6 -h|--help -V|--version",
  ),
  keys: words(`state:${STATES} exclude:${STATES} sport:any dport:any src:address dst:address and or not`),
};

export const netstatGrammar: Grammar = {
  options: words(
    "-a|--all -l|--listening -n|--numeric -p|--programs -r|--route -i|--interfaces -s|--statistics -t|--tcp -u|--udp -w|--raw -e|--extend -c|--continuous -h|--help -V|--version",
  ),
};

export const ncGrammar: Grammar = {
  options: words("-4 -6 -k -l -n -N -p:any -q:any -s:address -u -v -w:any -z -h -i:any -d -D -C"),
  args: ["host", "any"],
};

export const digGrammar: Grammar = {
  options: words("-4 -b:address -c:IN -h -p:any -q:host -t:A|AAAA|ANY|CNAME|MX|NS|PTR|SOA|TXT -x:address -v"),
  keys: Object.fromEntries(
    "+short +noall +answer +nocomments +stats +tcp +norecurse +trace".split(" ").map((w) => [w, null]),
  ),
  args: ["host", TYPES],
};

export const nslookupGrammar: Grammar = { args: ["host", "address"] };

export const hostGrammar: Grammar = {
  options: words("-a -t:A|AAAA|ANY|CNAME|MX|NS|PTR|SOA|TXT -v -4"),
  args: ["host", "address"],
};

export const getentGrammar: Grammar = {
  args: [["ahosts", "ahostsv4", "hosts", "services", "protocols", "networks"], "host"],
};

export const curlGrammar: Grammar = {
  options: words(
    "-d|--data:any -f|--fail -h|--help -H|--header:any -i|--include -I|--head -k|--insecure -L|--location -m|--max-time:any -o|--output:file -O|--remote-name -s|--silent -S|--show-error -T|--upload-file:file -u|--user:any -A|--user-agent:any -v|--verbose -V|--version -w|--write-out:any -X|--request:GET|POST|PUT|DELETE|HEAD --connect-timeout:any --interface:device --local-port:any --resolve:any --noproxy:any --retry:any",
  ),
  args: ["host"],
  repeats: true,
};

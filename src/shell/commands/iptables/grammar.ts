/** What may stand on a line of `iptables`, `iptables-save` and `iptables-restore`. */
import { type Grammar, words } from "../../grammar.ts";
import { ADDR_TYPES, CT_STATES, CT_STATUSES, ICMP_TYPES } from "./words.ts";

const TABLE = "filter|nat|mangle|raw";
const PORTS = "--sport|--source-port:any --dport|--destination-port:any";
const TCP = words(`${PORTS} --syn --tcp-flags:any --tcp-option:any`);
const UDP = words(PORTS);
const ICMP = { "--icmp-type": Object.keys(ICMP_TYPES).filter((name) => /^[a-z]/.test(name)) };
const CT = CT_STATES.map(([name]) => name);
const TYPES = ADDR_TYPES.map(([name]) => name);
const NAT = "--random --random-fully --persistent";
const REJECTS =
  "icmp-net-unreachable|icmp-host-unreachable|icmp-port-unreachable|icmp-proto-unreachable|icmp-net-prohibited|icmp-host-prohibited|icmp-admin-prohibited|tcp-reset";

export const iptablesGrammar: Grammar = {
  options: words(
    `-t|--table:${TABLE} -A|--append:chain -C|--check:chain -D|--delete:chain -I|--insert:chain -R|--replace:chain -L|--list:chain -S|--list-rules:chain -F|--flush:chain -Z|--zero:chain -N|--new-chain:any -X|--delete-chain:chain -P|--policy:chain -E|--rename-chain:chain -V|--version -h|--help -p|--protocol:tcp|udp|icmp|all -s|--source:address -d|--destination:address -i|--in-interface:device -o|--out-interface:device -j|--jump:target -g|--goto:target -m|--match:addrtype|comment|connbytes|connlimit|connmark|conntrack|dscp|hashlimit|helper|icmp|iprange|length|limit|mac|mark|multiport|owner|physdev|pkttype|quota|recent|state|statistic|string|tcp|tcpmss|time|tos|ttl|udp -n|--numeric -v|--verbose -x|--exact --line-numbers -f|--fragment -c|--set-counters:any -w|--wait`,
  ),
  opens: {
    tcp: TCP,
    udp: UDP,
    icmp: ICMP,
    conntrack: {
      "--ctstate": CT,
      "--ctstatus": CT_STATUSES.map(([name]) => name),
      "--ctdir": ["ORIGINAL", "REPLY"],
      ...words(
        "--ctproto:tcp|udp|icmp --ctorigsrc:address --ctorigdst:address --ctreplsrc:address --ctrepldst:address",
      ),
    },
    state: { "--state": CT },
    addrtype: { "--src-type": TYPES, "--dst-type": TYPES, "--limit-iface-in": null, "--limit-iface-out": null },
    comment: words("--comment:any"),
    multiport: words("--sports:any --dports:any --ports:any"),
    limit: words("--limit:any --limit-burst:any"),
    mark: words("--mark:any"),
    mac: words("--mac-source:any"),
    physdev: words("--physdev-in:port --physdev-out:port --physdev-is-in --physdev-is-out --physdev-is-bridged"),
    iprange: words("--src-range:any --dst-range:any"),
    connmark: words("--mark:any"),
    length: words("--length:any"),
    owner: words("--uid-owner:any --gid-owner:any --socket-exists"),
    pkttype: words("--pkt-type:unicast|broadcast|multicast"),
    statistic: words("--mode:random|nth --probability:any --every:any --packet:any"),
    string: words("--string:any --hex-string:any --algo:bm|kmp --from:any --to:any --icase"),
    recent: words(
      "--set --rcheck --update --remove --name:any --seconds:any --hitcount:any --reap --rttl --mask:any --rsource --rdest",
    ),
    hashlimit: words(
      "--hashlimit-upto:any --hashlimit-above:any --hashlimit-burst:any --hashlimit-mode:srcip|srcport|dstip|dstport --hashlimit-name:any --hashlimit-srcmask:any --hashlimit-dstmask:any --hashlimit-htable-expire:any",
    ),
    connlimit: words(
      "--connlimit-above:any --connlimit-upto:any --connlimit-mask:any --connlimit-saddr --connlimit-daddr",
    ),
    connbytes: words("--connbytes:any --connbytes-dir:original|reply|both --connbytes-mode:packets|bytes|avgpkt"),
    dscp: words("--dscp:any --dscp-class:any"),
    helper: words("--helper:any"),
    quota: words("--quota:any"),
    tcpmss: words("--mss:any"),
    time: words(
      "--timestart:any --timestop:any --weekdays:any --monthdays:any --datestart:any --datestop:any --contiguous --utc --kerneltz",
    ),
    tos: words("--tos:any"),
    ttl: words("--ttl-eq:any --ttl-lt:any --ttl-gt:any"),
    REJECT: words(`--reject-with:${REJECTS}`),
    LOG: words("--log-prefix:any --log-level:any --log-tcp-options --log-ip-options --log-uid"),
    MARK: words("--set-mark:any --set-xmark:any --and-mark:any --or-mark:any --xor-mark:any"),
    CONNMARK: words("--set-mark:any --set-xmark:any --save-mark --restore-mark --nfmask:any --ctmask:any --mask:any"),
    CT: words("--notrack"),
    NETMAP: words("--to:any"),
    TCPMSS: words("--set-mss:any --clamp-mss-to-pmtu"),
    TOS: words("--set-tos:any --and-tos:any --or-tos:any --xor-tos:any"),
    DSCP: words("--set-dscp:any --set-dscp-class:any"),
    CHECKSUM: words("--checksum-fill"),
    CLASSIFY: words("--set-class:any"),
    AUDIT: words("--type:accept|drop|reject"),
    NFLOG: words("--nflog-group:any --nflog-prefix:any --nflog-size:any --nflog-threshold:any"),
    NFQUEUE: words("--queue-num:any --queue-balance:any --queue-bypass"),
    TTL: words("--ttl-set:any --ttl-inc:any --ttl-dec:any"),
    SNAT: words(`--to-source:address ${NAT}`),
    DNAT: words(`--to-destination:address ${NAT}`),
    MASQUERADE: words("--to-ports:any --random --random-fully"),
    REDIRECT: words("--to-ports:any --random"),
  },
};

export const saveGrammar: Grammar = { options: words(`-t|--table:${TABLE} -c|--counters -V|--version`) };
export const restoreGrammar: Grammar = {
  options: words(`-n|--noflush -t|--test -c|--counters -T|--table:${TABLE} -v|--verbose -V|--version`),
  args: ["file"],
};

/** Command lines as people type them, and as they slip: templates with slots, then words lost, doubled or misplaced. */
import fc from "fast-check";
import { TEMPLATES } from "./templates.ts";

/**
 * What may stand in a slot. Devices whose name ends in "2" are the far ends of pairs: they are never enslaved, for a loop of
 * cables is an endless storm. Names that every JavaScript object knows must mean nothing here.
 */
const SLOTS: Readonly<Record<string, readonly string[]>> = {
  dev: [
    "constructor",
    "docker0",
    "eth0",
    "br0",
    "br1",
    "va1",
    "va2",
    "vb1",
    "lo",
    "eth1",
    "sw0",
    "p-hostA",
    "vx1",
    "nosuch",
  ],
  near: ["va1", "vb1", "wa1", "nosuch"],
  br: ["docker0", "br0", "br1", "sw0", "nosuch"],
  ip: [
    "constructor",
    "172.17.0.1",
    "172.17.0.2",
    "172.17.0.3",
    "172.17.0.4",
    "172.17.0.99",
    "172.18.0.2",
    "192.168.1.1",
    "192.168.1.10",
    "192.168.1.11",
    "203.0.113.80",
    "203.0.113.53",
    "10.0.0.1",
    "10.0.0.2",
    "127.0.0.1",

    "172.17.255.255",
    "255.255.255.255",
    "0.0.0.0",
    "224.0.0.1",
    "300.1.2.3",
    "www.example.com",
    "localhost",
    "box",
  ],
  cidr: [
    "10.0.0.1/24",
    "10.0.0.2/24",
    "172.17.0.9/16",
    "192.168.1.77/24",
    "10.1.0.0/16",
    "0.0.0.0/0",
    "10.2.2.2",
    "203.0.113.80/32",
    "172.17.0.0/16",
    "1.2.3.4/33",
    "127.0.0.5/8",
    "10.0.0.0/31",
  ],
  route: ["default", "10.1.0.0/16", "10.3.5.0/24", "172.17.0.3", "203.0.113.0/24", "172.18.0.0/16", "10.3.0.1/16"],
  mac: ["02:42:ac:11:00:02", "02:00:00:00:00:99", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "zz", "00:00:00:00:00:00"],
  c: ["constructor", "box", "web", "box-2", "extra", "nope", "$(docker ps -q | head -1)"],
  net: ["constructor", "bridge", "host", "none", "blue", "red", "container:box", "container:nope", "nowhere"],
  img: [
    "busybox",
    "nginx",
    "centos tail -f /dev/null",
    "busybox sleep 3",
    "nosuchimage",
    "busybox ping -c 1 172.17.0.1",
  ],
  n: ["0", "1", "2", "3", "5", "64", "100", "1400", "3000", "65535", "-1", "x", "99999999999"],
  few: ["1", "2", "3"],
  port: ["80", "53", "8080", "5000", "0", "65536", "http"],
  chain: [
    "toString",
    "INPUT",
    "FORWARD",
    "OUTPUT",
    "PREROUTING",
    "POSTROUTING",
    "DOCKER",
    "DOCKER-USER",
    "SITE",
    "WEB",
    "NOSUCH",
  ],
  table: ["constructor", "filter", "nat", "mangle", "raw", "nope"],
  target: [
    "constructor",
    "ACCEPT",
    "DROP",
    "REJECT",
    "RETURN",
    "SITE",
    "LOG --log-prefix x",
    "TRACE",
    "MASQUERADE",
    "MARK --set-mark 1",
    "DNAT --to-destination 172.17.0.3:80",
    "SNAT --to-source 192.168.1.10",
    "REDIRECT --to-ports 80",
    "REJECT --reject-with tcp-reset",
    "REJECT --reject-with icmp-host-prohibited",
    "FROB",
  ],
  match: [
    "-p icmp",
    "-p tcp --dport 80",
    "-p udp --dport 53",
    "-s 172.17.0.0/16",
    "! -d 10.0.0.0/8",
    "-i docker0",
    "! -o docker0",
    "-m conntrack --ctstate NEW",
    "-m conntrack --ctstate INVALID",
    "-m limit --limit 2/second",
    "-m multiport -p tcp --dports 80,443",
    "-m addrtype --dst-type LOCAL",
    "-m comment --comment hi",
    "-f",
    "",
    "-p icmp --icmp-type echo-request",
    "-m statistic --mode nth --every 2",
    "-m mark --mark 1",
  ],
  key: [
    "constructor",
    "net.ipv4.ip_forward",
    "net.ipv4.conf.all.rp_filter",
    "net.ipv4.conf.docker0.proxy_arp",
    "net.ipv4.nosuch",
    "net.ipv4.icmp_echo_ignore_all",
    "net.bridge.bridge-nf-call-iptables",
    "net.ipv4.conf.all.accept_local",

    "net.ipv4.neigh.default.gc_thresh3",
    "net.ipv4.neigh.docker0.base_reachable_time_ms",
    "net.ipv4.ip_default_ttl",
    "net.netfilter.nf_conntrack_max",
    "net.ipv4.neigh.docker0.unres_qlen",
    "net.ipv4.conf.all.route_localnet",
    "net.netfilter.nf_conntrack_icmp_timeout",
    "net.ipv4.tcp_syn_retries",
    "net.ipv4.ipfrag_time",
  ],
  ns: ["constructor", "ns1", "ns2", "nope"],
  flag: ["-n", "-v", "-a", "-s", "-d", "-o", "-br", "-h", "--help", "-4", "-6", "-q", "-e", "-x", "--", "-c", "-i"],
  file: ["/etc/hosts", "/etc/resolv.conf", "/proc/net/arp", "/sys/class/net", "/tmp/x", "/nope", "/proc/net/route"],
  expr: ["icmp", "arp", "host 172.17.0.2", "tcp port 80", "udp", "not arp and ip", "icmp or", "ether host zz", ""],
  word: [
    "constructor",
    "__proto__",
    "$toString",
    "$constructor",
    "x",
    "eth0",
    "add",
    "show",
    "''",
    '"a b"',
    "$HOME",
    "$?",
    "*",
    "~",
    "{a,b}",
    "\\",
    "é",
    "-",
    "0x7f",
    "$((1/0))",
  ],
};

const SLOT = /\{(\w+)\}/g;

/** Fills the slots, one number for each in turn. */
function fill(template: string, picks: readonly number[]): string {
  let next = 0;
  return template.replaceAll(SLOT, (whole, name: string) => {
    const words = SLOTS[name];
    if (words === undefined) return whole;
    return words[(picks[next++ % Math.max(1, picks.length)] ?? 0) % words.length] as string;
  });
}

const plain = fc
  .record({
    template: fc.constantFrom(...TEMPLATES),
    picks: fc.array(fc.nat({ max: 999 }), { minLength: 1, maxLength: 5 }),
  })
  .map(({ template, picks }) => fill(template, picks));

/** A word lost, doubled or put in the wrong place. */
const slipped = fc
  .record({ line: plain, how: fc.nat({ max: 2 }), at: fc.nat({ max: 20 }), word: plain })
  .map(({ line, how, at, word }) => {
    const words = line.split(" ");
    const i = at % words.length;
    if (how === 0) words.splice(i, 1);
    else if (how === 1) words.splice(i, 0, words[i] as string);
    else words.splice(i, 1, word.split(" ").at(-1) as string);
    return words.join(" ");
  });

const joined = fc
  .tuple(plain, fc.constantFrom("; ", " && ", " || ", " | ", " > /tmp/x; ", " 2>&1 | "), plain)
  .map((parts) => parts.join(""));

const noise = fc.string({ unit: "binary", maxLength: 30 });

/** What somebody may type. */
export const lines: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: plain },
  { weight: 3, arbitrary: slipped },
  { weight: 2, arbitrary: joined },
  { weight: 1, arbitrary: noise },
);

/** Command lines as people type them, and as they slip: templates with slots, then words lost, doubled or misplaced. */
import fc from "fast-check";

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

/** One line each. */
const TEMPLATES = `
ping -c {few} {ip}
ping -c {few} -W 1 {ip}
ping -c 2 -i 0.2 -s {n} {ip}
ping {ip}
ping -b -c 1 {ip}
ping -c 1 -s {n} -M do {ip}
ping -c 1 -t {n} {ip}
ping -f -c 20 {ip}
ping -R -c 1 {ip}
ping -I {dev} -c 1 {ip}
ping -c {n} -i {n} {ip}
ping -l 3 -c 3 {ip}
ping -A -c 5 {ip}
ping -w {few} {ip}
ping -I {ip} -c 1 {ip}
arping -c {few} -I {dev} {ip}
arping -D -c 1 -I {dev} {ip}
arping -U -c 1 -I {dev} {ip}
arping {ip}
traceroute -n -q 1 -w 1 -m 3 {ip}
traceroute -I -m 3 {ip}
traceroute -T -m 2 {ip}
traceroute {ip} {n}
tcpdump -n -i {dev}
tcpdump -n -c {few} -i {dev} {expr}
tcpdump -n -e -i any {expr}
tcpdump -X -v -i {dev} {expr}
nc -u -l -p {port}
echo hi | nc -u -w 1 {ip} {port}
nc -z -v -w 1 {ip} {port}
nc -l -p {port}
nc -w 1 {ip} {port}
curl -s {ip}
curl -m 2 http://{ip}:{port}/
dig {ip}
dig +short @{ip} {ip}
nslookup {ip}
getent hosts {ip}
ip addr
ip {flag} addr show {dev}
ip addr add {cidr} dev {dev}
ip addr del {cidr} dev {dev}
ip addr flush dev {dev}
ip link
ip link set {dev} up
ip link set {dev} down
ip link set {dev} mtu {n}
ip link set {dev} address {mac}
ip link add va1 type veth peer name va2
ip link add vb1 type veth peer name vb2
ip link add {br} type bridge
ip link set {near} master {br}
ip link set {dev} nomaster
ip link del {dev}
ip link set {dev} name {word}
ip link set {dev} netns {ns}
ip link set {dev} promisc on
ip link set {dev} arp off
ip -s {flag} link show {dev}
ip link add vx1 type vxlan id {n} local {ip} dev {dev} dstport {n} nolearning
ip link set {dev} type bridge ageing_time {n}
ip route
ip route add {route} via {ip}
ip route add {route} dev {dev}
ip route del {route}
ip route get {ip}
ip route add {route} via {ip} dev {dev} onlink
ip route add blackhole {route}
ip route add unreachable {route}
ip route replace {route} via {ip} metric {n}
ip route flush {route}
ip route show table local
ip rule
ip route flush cache
ip route get {ip} from {ip} iif {dev}
ip route add {route} via {ip} mtu {n}
ip route add {route} dev {dev} src {ip}
ip neigh
ip neigh add {ip} lladdr {mac} dev {dev}
ip neigh del {ip} dev {dev}
ip neigh flush all
ip neigh replace {ip} lladdr {mac} dev {dev} nud permanent
ip neigh change {ip} dev {dev} nud stale
ip {flag} neigh {word}
ip netns add {ns}
ip netns del {ns}
ip netns
ip netns exec {ns} ip addr
ip netns exec {ns} ip link set lo up
ip netns exec {ns} ping -c 1 -W 1 {ip}
ip netns exec {ns} ip addr add {cidr} dev {dev}
ip netns exec {ns} ip link set {dev} up
bridge fdb
bridge fdb show br {br}
bridge fdb add {mac} dev {dev} master static
bridge fdb del {mac} dev {dev} master
bridge fdb append {mac} dev {dev} dst {ip}
bridge link
bridge link set dev {dev} flood off
bridge link set dev {dev} isolated on
bridge link set dev {dev} hairpin on
bridge fdb flush dev {dev}
bridge -d link show dev {dev}
bridge {word} {word}
brctl show
brctl showmacs {br}
brctl addbr {br}
brctl delbr {br}
brctl addif {br} {near}
brctl delif {br} {dev}
brctl setageing {br} {n}
brctl stp {br} off
brctl showstp {br}
brctl setfd {br} {n}
brctl hairpin {br} {dev} on
arp
arp -n
arp -a
arp -d {ip}
arp -s {ip} {mac}
route
route -n
route add -net 10.70.0.0 netmask 255.255.0.0 gw {ip}
route del default
route add default gw {ip}
route add -host {ip} dev {dev}
ifconfig
ifconfig {dev}
ifconfig {dev} {ip}
ifconfig {dev} down
ifconfig {dev} up
ifconfig {dev}:1 {ip}/24
ifconfig {dev} mtu {n}
ifconfig {dev} hw ether {mac}
ethtool {dev}
ethtool -i {dev}
ethtool -S {dev}
netstat -rn
netstat -tln
netstat -i
ss -tln
ss {flag}
ss -uan
sysctl {key}
sysctl -w {key}={n}
sysctl -a | grep forward
sysctl -n {key}
echo {n} > /proc/sys/net/ipv4/ip_forward
iptables -L {flag}
iptables -S {chain}
iptables -t {table} -L -n -v
iptables -A {chain} {match} -j {target}
iptables -t {table} -A {chain} {match} -j {target}
iptables -I {chain} {match} -j {target}
iptables -D {chain} {n}
iptables -t {table} -I {chain} {n} {match} {match} -j {target}
iptables -N {chain}
iptables -X {chain}
iptables -F {chain}
iptables -P {chain} {target}
iptables -t nat -F
iptables -F
iptables -Z
iptables -E {chain} {chain}
iptables -R {chain} {n} {match} -j {target}
iptables -C {chain} {match} -j {target}
iptables-save
iptables-save -t {table}
iptables-save | iptables-restore
echo '*nat' | iptables-restore
conntrack -L
conntrack -D -p icmp
conntrack -F
conntrack -C
conntrack -E
conntrack -L -p {word}
dmesg
dmesg -C
dmesg | tail -{few}
ps
ps aux
ls {file}
cat {file}
hostname
hostname -i
env
sleep {few}
sleep {n}
docker ps
docker ps -a
docker run -dit --name {c} {img}
docker run -d --net {net} --name {c} {img}
docker run -it {img}
docker run -d -p 8080:80 --name {c} {img}
docker run --rm {img}
docker run -d -p {ip}:{port}:{port} {img}
docker run -dit --restart always {img}
docker stop -t 1 {c}
docker start {c}
docker restart -t 0 {c}
docker kill {c}
docker rm -f {c}
docker rm {c}
docker rename {c} {c}
docker exec {c} ip addr
docker exec {c} ping -c 1 -W 1 {ip}
docker exec -it {c} sh
docker exec {c} {word}
docker inspect {c}
docker inspect -f '{{.NetworkSettings.IPAddress}}' {c}
docker inspect -f '{{range .}}' {c}
docker logs {c}
docker port {c}
docker top {c}
docker network ls
docker network create {net}
docker network create --subnet {cidr} {net}
docker network rm {net}
docker network inspect {net}
docker network connect {net} {c}
docker network disconnect {net} {c}
docker network prune -f
docker {word} {word}
docker attach {c}
docker pause {c}
docker run -dit --privileged --name {c} {img}
docker run -dit --cap-add NET_ADMIN --net {net} --ip {ip} {img}
docker wait {c}
nsenter -t $(docker inspect -f '{{.State.Pid}}' {c}) -n ip addr
nsenter -t 1 -n {word}
nsenter -n -t $(pidof nginx) ss -tln
exit
exit {n}
cat
read x
bash
sh
su
echo {word} {word}
for i in 1 2; do ping -c 1 -W 1 {ip}; done
while false; do :; done
if ping -c 1 -W 1 {ip}; then echo up; else echo down; fi
x=$(ip route); echo $x
seq {few} | xargs -n 1 echo
ls {file} | wc -l
f() { echo $1; }; f {word}
echo {word} > {file}
cat < {file}
awk '{print $1}' {file}
awk '{ constructor[$1]++; x += toString } END { print constructor["valueOf"], x }' {file}
sed s/a/b/ {file}
grep {word} {file}
cd {file}
ping -c 2 {ip} | grep ttl
timeout 1 ping {ip}
kill %1
kill -9 {n}
jobs
ping -c 3 {ip} &
wait
exec {word}
trap x INT
{word}
{word}={word}
export {word}={word}; env
unset {word}
expr {word} + 1
echo $(({word}))
echo 'unbalanced
((
echo $(
{ echo a; }
( cd /; pwd )
! true
a | b | c
|
&&
;;
case x in x) echo y;; esac
`
  .trim()
  .split("\n")
  .concat("echo `ip`");

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

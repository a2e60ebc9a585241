/** Command lines with slots for words that tests/fuzz/lines.ts puts in. */

/** One line each. */
export const TEMPLATES = `
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

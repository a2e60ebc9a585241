import { describe, expect, it } from "vitest";
import { changesTopology } from "./locked-lines.ts";

describe("lines that change the topology", () => {
  it.each([
    "docker rm -f nginx-1",
    "docker run -d --name x nginx",
    "sudo docker container stop nginx-1",
    "docker network disconnect bridge nginx-1",
    "docker system prune -f",
    "docker rm -f $(docker ps -q)",
    "docker ps -q | xargs docker kill",
    "for c in a b; do docker rm $c; done",
    'sh -c "docker rm x"',
    "ping -c 1 172.17.0.3; ip link set veth9c02e56 down",
    "ip -n blue link add a type veth peer name b",
    "ip l s dev eth0 master br0",
    "ip netns exec blue ip link del eth0",
    "ip netns add blue",
    "brctl delif docker0 veth9c02e56",
    "ifconfig docker0 down",
  ])("%s", (line) => {
    expect(changesTopology(line)).toBe(true);
  });

  it.each([
    "docker ps -a",
    "docker exec -it nginx-1 bash",
    "docker network inspect bridge",
    "docker run --help",
    "docker inspect nginx-1",
    "docker logs stop-watch",
    "ping -c 1 172.17.0.3",
    "ip link",
    "ip link show docker0",
    "ip -d link show type veth",
    "ip link set eth0 mtu 1400",
    "ip addr add 10.0.0.1/24 dev eth0",
    "ip route add 172.17.1.0/24 via 192.168.1.11",
    "ip netns exec blue ping 10.0.0.1",
    "brctl show",
    "ifconfig docker0",
    "iptables -A FORWARD -j DROP",
    "echo docker rm",
    "cat runs-docker-rm.txt",
  ])("but not: %s", (line) => {
    expect(changesTopology(line)).toBe(false);
  });
});

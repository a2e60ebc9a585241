/** What each line of a plan is for, by its form. Pure. */
import type { DialogText } from "./dialog-text.ts";

const FORMS: readonly (readonly [RegExp, keyof DialogText["lineWords"]])[] = [
  [/^docker network create .*mtu=1500/, "networkPlain"],
  [/^docker network create /, "network"],
  [/^iptables -A FORWARD -s /, "forwardFrom"],
  [/^iptables -A FORWARD -d /, "forwardTo"],
  [/^iptables -t nat /, "masquerade"],
  [/^ip link add \S+ .*type vxlan/, "vxlan"],
  [/^ip addr add \S+ dev tunl0/, "tunlAddress"],
  [/^ip addr add /, "vxlanAddress"],
  [/^ip link set tunl0 /, "tunlUp"],
  [/^ip link set /, "up"],
  [/^ip route add blackhole /, "blackhole"],
  [/^ip route add .* dev tunl0 /, "routeIpip"],
  [/^ip route add .* onlink$/, "routeVxlan"],
  [/^ip route add .* proto bird$/, "routeBird"],
  [/^ip route add /, "routeGateway"],
  [/^ip neigh add /, "neigh"],
  [/^bridge fdb add /, "fdb"],
  [/^modprobe ipip$/, "modprobe"],
];

export function wordsFor(line: string, t: DialogText): string {
  const key = FORMS.find(([form]) => form.test(line))?.[1];
  return key === undefined ? "" : t.lineWords[key];
}

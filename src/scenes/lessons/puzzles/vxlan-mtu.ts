import type { Puzzle } from "../../../protocol/lesson.ts";
import { cniScene } from "../../cross-host.ts";

const flannel = cniScene("flannel-vxlan");
const mute = "iptables -A OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP";

/** Pods send packets of 1500 bytes into a tunnel that takes 1450, and nobody tells them. */
export const vxlanMtu: Puzzle = {
  version: 1,
  kind: "puzzle",
  id: "vxlan-mtu",
  title: { en: "Small packets pass, large ones vanish", zh: "小包能过，大包消失" },
  scene: {
    ...flannel,
    id: "vxlan-mtu",
    setup: flannel.setup.map(({ node, line }) => ({ node, line: line.replace("driver.mtu=1450", "driver.mtu=1500") })),
  },
  setup: [
    { node: "hostA", line: mute },
    { node: "hostB", line: mute },
  ],
  story: {
    en: "pod-a and pod-b (10.244.1.2) ping each other across Flannel’s VXLAN, and small requests are answered. But whatever uploads more than a packet hangs. Make an upload of 4000 bytes from pod-a to pod-b work.",
    zh: "pod-a 和 pod-b（10.244.1.2）经 Flannel 的 VXLAN 能互相 ping 通，小请求也有回答；可是一上传超过一个包的数据就卡住。请让 pod-a 能向 pod-b 上传 4000 字节。",
  },
  solved: { type: "curl", from: "pod-a", to: "http://10.244.1.2/", send: 4000 },
  hints: [
    {
      en: "In pod-a: ping -M do -s 1400 10.244.1.2, then with -s 1472. Where does the large one end?",
      zh: "在 pod-a 里：ping -M do -s 1400 10.244.1.2，再换成 -s 1472。大的那个在哪里结束？",
    },
    {
      en: "VXLAN puts 50 bytes in front of each packet. Compare the MTU of pod-a’s eth0 with that of flannel.1.",
      zh: "VXLAN 在每个包前面加 50 字节。比较 pod-a 的 eth0 和 flannel.1 的 MTU。",
    },
    {
      en: "The host would say “fragmentation needed”, but a rule in OUTPUT silences it.",
      zh: "宿主机本来会说“需要分片”，但 OUTPUT 里有一条规则让它闭了嘴。",
    },
  ],
  why: {
    en: "1500 − 50 = 1450. A sender that believes in 1500 learns better from ICMP’s “fragmentation needed” — unless a firewall drops it. Then the connection stands and the data never arrives: an MTU black hole.",
    zh: "1500 − 50 = 1450。以为是 1500 的发送方会从 ICMP 的“需要分片”得知真相，除非防火墙把它丢了：连接建立了，数据却永远到不了，这就是 MTU 黑洞。",
  },
  highlight: { devices: ["hostA:flannel.1", "hostB:flannel.1"], packets: ["tcp"] },
  camera: "all",
};

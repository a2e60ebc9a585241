import type { enTeaches } from "../en/teaches.ts";

export const zhTeaches: typeof enTeaches = {
  "same-host": "ARP、泛洪，以及网桥怎样学到 MAC 在哪个端口。",
  "host-to-container": "docker0 就是宿主机自己接在网桥上的接口。",
  "container-to-internet": "默认路由、地址伪装（MASQUERADE），谁看到谁的地址。",
  "find-veth-peer": "宿主机上的哪个 veth 属于哪个容器。",
  "iptables-trace": "用 TRACE 跟着一个包走过各张表和各条链。",
  "host-network": "--net=host：同一个协议栈、同一套端口，以及 80 端口冲突。",
  "none-and-shared": "--net=container 和 --net=none：共享的命名空间和空的命名空间。",
  "published-ports": "DNAT、docker-proxy，以及容器看到的源地址。",
  "user-networks": "Docker DNS 提供的名字，以及网络之间的隔离。",
  "cable-and-switch": "从一对 veth 到网桥，以及 br_netfilter 为什么重要。",
  "docker0-by-hand": "命名空间、veth、网桥、地址、NAT：dockerd 做的全部事情。",
  "cross-host": "为什么容器的地址到了另一台主机就没有意义。",
  "direct-routes": "两边各加一条通往对方容器网段的路由。",
  "same-subnet": "两个 docker0 用同一个网段：包根本不会离开网桥。",
  "flannel-host-gw": "用主机路由代替隧道。",
  "flannel-vxlan": "UDP 包里的以太网帧，以及隧道占用的 MTU。",
  "calico-routed": "每个 Pod 一个 /32、代理 ARP，用路由代替网桥。",
  "calico-ipip": "IP 里的 IP：多 20 字节，里面没有以太网头。",
  "behind-router": "下一跳为什么必须是邻居，而 VXLAN 为什么不在乎。",
};

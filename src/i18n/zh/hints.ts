import type { enHints } from "../en/hints.ts";

export const zhHints: typeof enHints = {
  label: "提示",
  dismiss: "不再显示这条提示",
  instead: "本意是：",
  use: "放到提示符后面",
  pasted: (lines) => `粘贴的内容中有 ${lines} 行像是输出而不是命令，没有执行。`,
  about: {
    longDash:
      "这里的横线是长横线（–），是文字处理软件把两个连字符改成的。docker 不会把它当作选项，而当成了镜像名。短选项用一个连字符（-d），长选项用两个（--net）。",
    shortNet: "多于一个字母的选项要用两个连字符：docker 把 -net 读成了 -n -e -t。",
    logPath: "内核日志在 /var/log/messages：log 后面没有 s，messages 后面有 s。",
    nameTaken: "已经有一个同名的容器，可能是场景启动的。先删除它（docker rm -f 容器名），或者换一个名字。",
    imageUnknown: "这个世界里没有镜像仓库可拉取。`docker images` 列出已有的镜像。",
    installed: "不需要安装：每台机器和每个容器里都已经有 ifconfig、route、brctl、tcpdump 等工具。",
    notTerminal: "-t 要求一个终端，而这里的标准输入是管道。只用 -i 就可以。",
    nameUnknown:
      "这个世界的互联网上只有一台 DNS 服务器，它认识的名字很少：www.example.com 和 dns.example.com。笔记里访问别处的命令，换成它们即可。",
    notHere: "docker0 Playground 没有模拟这个程序。`help` 列出这里有的程序。",
    traceWhere:
      "现在发一个 ping。如果是 iptables-legacy，TRACE 看到的内容在 `dmesg` 里，也在 /var/log/messages 的末尾。如果是 nf_tables（用 `iptables -V` 查看），Linux 只告诉 xtables-monitor，而 docker0 Playground 没有模拟它；两种情况下都可以在 Netfilter 面板里看到包经过的规则。",
    tcpdumpWords:
      "旧版 tcpdump 把 snapshot length 写成 “capture size”，并提示 “use -v or -vv”。每个包的那一行是一样的。按 Ctrl-C 结束。",
    busyboxPing: "这里所有镜像装的都是同一套 Debian 工具。真正的 busybox 的 ping 打印 “56 data bytes”，seq 从 0 开始。",
    busyboxLink:
      "这里所有镜像装的都是同一套 Debian 工具。真正的 busybox 的 ip 打印得少一些：没有 mode 和 group，qlen 是 1。",
    ifconfigFormat:
      "这是 net-tools 2.10 的 ifconfig。旧系统的笔记里以及 busybox 中，它打印 “Link encap:Ethernet  HWaddr …” 和 “inet addr:”：内容相同，格式不同。像 “1198: veth…@if1197:” 这样的行来自 `ip addr`。",
    brctlColumns:
      "各列之间是制表符，复制时容易丢失。bridge id 由优先级（8000）和 docker0 的 MAC 组成，这个 MAC 是 Docker 随机生成的，所以与笔记不同。",
    routeNames:
      "route 会为网关查找名字：笔记里的机器查到了，所以显示 “gateway”。route -n 显示数字。link-local（169.254.0.0/16）那一行来自 CentOS 的网络脚本。",
    ethtoolVeth: "较新的内核会为 veth 打印更多内容。peer_ifindex（另一端的编号）没有变。",
    networkInspect:
      "Docker 20.10 比笔记里多打印几个字段（Created、Attachable、ConfigFrom 等），而网关只在有人指定时才显示。",
  },
};

// 规则与连接跟踪的中文。
import type { enNetfilter } from "./en-netfilter.ts";

export const zhNetfilter: typeof enNetfilter = {
  tab: "Netfilter",
  iptables: "iptables 规则",
  noRules: "这里还没有任何规则：所有包都放行。",
  tableOf: (name, rules) => `${name} 表，${rules} 条规则`,
  rules: (n) => `${n} 条规则`,
  policy: (policy) => `默认 ${policy}`,
  ownChain: "走完后返回",
  counted: (packets, bytes) => `${packets} 个包，${bytes} 字节`,
  lastMatch: "查看它最近匹配的包",
  conntrack: "连接跟踪（conntrack）",
  noTracking: "这里没有规则需要连接跟踪。",
  noConnections: "现在没有被跟踪的连接。",
  moreConnections: (n) => `还有 ${n} 个更早的连接`,
  forgottenIn: (span) => `${span}后忘记`,
  unreplied: "尚无应答",
  assured: "已确认",
  snat: "源地址已改写",
  dnat: "目的地址已改写",
  reply: "应答",
  packets: (n) => `${n} 个包`,
};

// Words about rules and tracked connections in English.

export const enNetfilter = {
  tab: "Netfilter",
  iptables: "iptables",
  noRules: "Nobody has made a rule here: every packet passes.",
  tableOf: (name: string, rules: number) => `${name}, ${rules === 1 ? "1 rule" : `${rules} rules`}`,
  rules: (n: number) => (n === 1 ? "1 rule" : `${n} rules`),
  policy: (policy: string) => `policy ${policy}`,
  ownChain: "returns at its end",
  counted: (packets: number, bytes: number) => `${packets} packets, ${bytes} bytes`,
  lastMatch: "See the packet that it matched last",
  conntrack: "conntrack",
  noTracking: "No rule here asks for connection tracking.",
  noConnections: "No connection is tracked now.",
  moreConnections: (n: number) => `and ${n} older ones`,
  forgottenIn: (span: string) => `forgotten in ${span}`,
  unreplied: "no answer yet",
  assured: "assured",
  snat: "source rewritten",
  dnat: "destination rewritten",
  reply: "answers",
  packets: (n: number) => (n === 1 ? "1 packet" : `${n} packets`),
};

/** Which lines of a plan have nothing left to do on a host, because what they make stands. Pure. */
import type { LinkView, NodeView } from "../../protocol/view.ts";

type Check = (node: NodeView, match: RegExpExecArray) => boolean;

/** Each form of a line in a plan (see scenes/cni/plan.ts), and how one sees that its work is done. */
const CHECKS: readonly (readonly [RegExp, Check])[] = [
  [
    /^docker network create .*--gateway (\S+) .*bridge\.name=(\S+)/,
    (node, [, gateway, bridge]) => hasAddress(linkOf(node, bridge), gateway),
  ],
  [
    /^iptables (?:-t (\w+) )?-A (\w+) (.+)$/,
    (node, [, table = "filter", chain, rule]) => hasRule(node, table, chain, rule),
  ],
  [/^ip route add (.+)$/, (node, [, route = ""]) => node.routes.some(({ text }) => holdsWords(text, route))],
  [/^ip link add (\S+) /, (node, [, name]) => linkOf(node, name) !== undefined],
  [/^ip link set (\S+) (?:mtu (\d+) )?up$/, (node, [, name, mtu]) => isUp(linkOf(node, name), mtu)],
  [/^ip addr add ([\d.]+)\/\d+ dev (\S+)$/, (node, [, address, dev]) => hasAddress(linkOf(node, dev), address)],
  [
    /^ip neigh add (\S+) lladdr (\S+)/,
    (node, [, address, mac]) => node.neighbours.some((neigh) => neigh.address === address && neigh.mac === mac),
  ],
  [
    /^bridge fdb add (\S+) dev (\S+) dst (\S+)/,
    (node, [, mac, dev, dst]) => linkOf(node, dev)?.fdb?.some((row) => row.mac === mac && row.dst === dst) ?? false,
  ],
  [/^modprobe ipip$/, (node) => linkOf(node, "tunl0") !== undefined],
];

/** Whether the line's work is done on the host already. */
export function stands(node: NodeView, line: string): boolean {
  for (const [form, check] of CHECKS) {
    const match = form.exec(line);
    if (match !== null) return check(node, match);
  }
  return false;
}

function linkOf(node: NodeView, name: string | undefined): LinkView | undefined {
  return node.links.find((link) => link.name === name);
}

function hasAddress(link: LinkView | undefined, address: string | undefined): boolean {
  return link?.addresses.some((one) => one.address === address) ?? false;
}

function isUp(link: LinkView | undefined, mtu: string | undefined): boolean {
  return link?.up === true && (mtu === undefined || link.mtu === Number(mtu));
}

function hasRule(node: NodeView, table: string, chain: string | undefined, rule: string | undefined): boolean {
  const chains = node.iptables?.find(({ name }) => name === table)?.chains ?? [];
  return chains.find(({ name }) => name === chain)?.rules.some(({ text }) => text === rule) ?? false;
}

/** `ip route` prints the words of a route in an order of its own. */
function holdsWords(text: string, words: string): boolean {
  const held = new Set(text.split(/\s+/));
  return words.split(" ").every((word) => held.has(word));
}

/** What may stand on a line of `ip`. The order of words that share a beginning is iproute2's. */
import { type Grammar, words } from "../../grammar.ts";

const HELP: Grammar = {};
const RULE: Grammar = {
  keys: words(
    "from:address to:address table:main|local|default lookup:main|local|default iif:device oif:device fwmark:any pref:any tos:any not blackhole unreachable prohibit",
  ),
};
const ONE_DEVICE = { abbreviates: true, args: ["device"] } as const satisfies Grammar;
const TYPES = "bridge|dummy|ipip|veth|vxlan";

const LINK_SETTINGS =
  "up down arp:on|off multicast:on|off allmulticast:on|off promisc:on|off mtu:any address:any broadcast:any txqueuelen:any name:any alias:any netns:netns master:bridge nomaster";

const link: Grammar = {
  abbreviates: true,
  sub: {
    add: {
      abbreviates: true,
      keys: words(
        `name:any type:${TYPES} peer mtu:any address:any netns:netns master:bridge txqueuelen:any index:any up down id:any dstport:any local:address remote:address dev:device nolearning`,
      ),
      args: ["any"],
    },
    "delete|del": { ...ONE_DEVICE, keys: words(`dev:device type:${TYPES}`) },
    set: { ...ONE_DEVICE, keys: words(`dev:device ${LINK_SETTINGS} type:bridge|bridge_slave`) },
    "show|list": { ...ONE_DEVICE, keys: words(`dev:device up master:bridge nomaster type:${TYPES}`) },
    help: HELP,
  },
};

const ADDRESS = words("dev:device broadcast:any brd:+|- label:any scope:global|link|host");
const addressShow: Grammar = {
  ...ONE_DEVICE,
  keys: words(
    `dev:device up scope:global|link|host to:address label:any master:bridge type:${TYPES} primary secondary`,
  ),
};

const address: Grammar = {
  abbreviates: true,
  sub: {
    add: { abbreviates: true, args: ["any"], keys: ADDRESS },
    "change|replace": { abbreviates: true, args: ["any"], keys: ADDRESS },
    "delete|del": { abbreviates: true, args: ["address"], keys: ADDRESS },
    "show|list": addressShow,
    flush: addressShow,
    help: HELP,
  },
};

const ROUTE = words(
  "via:address dev:device src:address metric:any proto:kernel|boot|static scope:global|link|host table:main|local|all mtu:any onlink",
);
const TARGET = ["default", "blackhole", "unreachable", "prohibit", "throw"];
const routeShow: Grammar = {
  abbreviates: true,
  args: ["address"],
  keys: words(
    "dev:device via:address src:address table:main|local|all proto:kernel|boot|static scope:global|link|host type:unicast|local|broadcast root:any match:any exact:any",
  ),
};
const routeChange: Grammar = { abbreviates: true, args: [TARGET], keys: ROUTE };

const route: Grammar = {
  abbreviates: true,
  sub: {
    "list|show": routeShow,
    add: routeChange,
    "change|replace": routeChange,
    append: routeChange,
    "delete|del": routeChange,
    replace: routeChange,
    get: {
      abbreviates: true,
      args: ["host"],
      keys: words("from:address iif:device oif:device mark:any tos:any fibmatch"),
    },
    flush: routeShow,
    help: HELP,
  },
};

const NEIGH = words("dev:device lladdr:any nud:permanent|reachable|stale|noarp|none|failed proxy:address router use");
const neighChange: Grammar = { abbreviates: true, args: ["address"], keys: NEIGH };
const neighShow: Grammar = {
  abbreviates: true,
  args: ["address"],
  keys: words("dev:device to:address nud:all|permanent|reachable|stale|delay|probe|failed|noarp|none proxy"),
};

const neigh: Grammar = {
  abbreviates: true,
  sub: {
    add: neighChange,
    change: neighChange,
    replace: neighChange,
    "delete|del": neighChange,
    get: neighChange,
    "show|list": neighShow,
    flush: neighShow,
    help: HELP,
  },
};

const netns: Grammar = {
  abbreviates: true,
  sub: {
    "list|show": {},
    add: { args: ["any"] },
    set: { args: ["netns", "any"] },
    "delete|del": { args: ["netns"] },
    identify: { args: ["pid"] },
    pids: { args: ["netns"] },
    exec: { args: ["netns"], command: true },
    "list-id": {},
    help: HELP,
  },
};

const tunnelChange: Grammar = {
  abbreviates: true,
  args: ["any"],
  keys: words("mode:ipip name:any remote:address local:address ttl:any dev:device tos:any"),
};

const tunnel: Grammar = {
  abbreviates: true,
  sub: {
    add: tunnelChange,
    change: tunnelChange,
    "delete|del": { args: ["device"] },
    "show|list": { args: ["device"] },
    help: HELP,
  },
};

export const ipGrammar: Grammar = {
  abbreviates: true,
  options: words(
    "-4 -6 -all -brief|-br -color|-c -details|-d -family|-f:inet|inet6|link -human-readable|-h -iec -json|-j -netns|-n:netns -oneline|-o -pretty|-p -resolve|-r -statistics|-s -Version|-V",
  ),
  sub: {
    "address|addr": address,
    route,
    rule: { abbreviates: true, sub: { add: RULE, "delete|del": RULE, flush: {}, "list|show": RULE, help: HELP } },
    "neighbour|neigh": neigh,
    link,
    tunnel,
    netns,
    help: HELP,
  },
};

/**
 * The chains and rules that Docker Engine 20.10 keeps in the host's filter and nat tables: libnetwork's
 * drivers/bridge/setup_ip_tables.go, iptables/iptables.go and firewall_linux.go. Nothing here when --iptables=false.
 */
import { assert } from "../../base/assert.ts";
import { nfAppend, nfCheck, nfDelete, nfInsert, nfNewChain, nfPolicy } from "../../kernel/netfilter/admin.ts";
import { isLegacy, nfFindChain, nfTable } from "../../kernel/netfilter/tables.ts";
import type { NfRule, NfTarget, TableName } from "../../kernel/netfilter/types.ts";
import { sysctlSet } from "../../kernel/sysctl.ts";
import type { NetnsId } from "../../kernel/types.ts";
import { formatIpv4, IPV4_ANY, type Ipv4, parseIpv4 } from "../../wire/address.ts";
import type { DockerWorld, Engine, Network, PublishedPort } from "../types.ts";
import {
  dnatTo,
  fromLocal,
  fromPort,
  host,
  LOOPBACK_NET,
  masquerade,
  net,
  ofKnownConnection,
  PROTOCOL_NUMBER,
  rule,
  toLocal,
  toPort,
} from "./rules.ts";

const DOCKER = "DOCKER";
const USER = "DOCKER-USER";
const STAGE_1 = "DOCKER-ISOLATION-STAGE-1";
const STAGE_2 = "DOCKER-ISOLATION-STAGE-2";
function hostNetns(world: DockerWorld, engine: Engine): NetnsId {
  const machine = world.machines[engine.machine];
  assert(machine, "the engine's machine is there");
  return machine.initNetns;
}

const accept: NfTarget = { kind: "ACCEPT" };
const drop: NfTarget = { kind: "DROP" };
const back: NfTarget = { kind: "RETURN" };

/** What dockerd sets up before it makes its networks. */
export function setUpChains(world: DockerWorld, engine: Engine): void {
  if (!engine.settings.iptables) return;
  const space = hostNetns(world, engine);
  sysctlSet(world, space, "net.bridge.bridge-nf-call-iptables", "1");
  for (const name of [DOCKER, STAGE_1, STAGE_2, USER]) nfNewChain(world, space, "filter", name);
  nfNewChain(world, space, "nat", DOCKER);
  for (const name of [USER, STAGE_1]) {
    const chain = nfFindChain(nfTable(world, space, "filter"), name);
    nfAppend(world, space, "filter", "FORWARD", rule({ target: { kind: "jump", chain, goto: false } }));
  }
  for (const name of [STAGE_1, STAGE_2, USER]) nfAppend(world, space, "filter", name, rule({ target: back }));
  leadToDocker(world, engine);
}

/** dockerd that turns forwarding on itself lets nothing through that it doesn't know of. */
export function refuseForwarding(world: DockerWorld, engine: Engine): void {
  if (engine.settings.iptables) nfPolicy(world, hostNetns(world, engine), "filter", "FORWARD", "DROP");
}

interface Placed {
  table: TableName;
  chain: string;
  /** Where it is inserted; null: at the end. */
  at: number | null;
  rule: NfRule;
}

/** The rules of a network, in the order in which they are put in place. */
function networkRules(world: DockerWorld, engine: Engine, network: Network): Placed[] {
  const { bridge, subnet } = network;
  assert(bridge !== null && subnet !== null, "only bridge networks have rules");
  const space = hostNetns(world, engine);
  const name = bridge.name;
  const jump = (chain: string): NfTarget => {
    return { kind: "jump", chain: nfFindChain(nfTable(world, space, "filter"), chain), goto: false };
  };
  const filter = (chain: string, at: number | null, made: NfRule): Placed => ({
    table: "filter",
    chain,
    at,
    rule: made,
  });
  const nat = (chain: string, made: NfRule): Placed => ({ table: "nat", chain, at: 1, rule: made });
  const closed = network.internal
    ? [
        filter(STAGE_1, 1, rule({ in: name, destination: net(subnet, true), target: drop })),
        filter(STAGE_1, 1, rule({ out: name, source: net(subnet, true), target: drop })),
      ]
    : [];
  const between = bridge.icc
    ? filter("FORWARD", 1, rule({ in: name, out: name, target: accept }))
    : filter("FORWARD", null, rule({ in: name, out: name, target: drop }));
  const outward = network.internal
    ? []
    : [
        filter("FORWARD", 1, rule({ in: name, out: `!${name}`, target: accept })),
        filter("FORWARD", 1, rule({ out: name, target: jump(DOCKER) })),
        filter("FORWARD", 1, rule({ out: name, matches: [ofKnownConnection()], target: accept })),
      ];
  const hidden =
    bridge.masquerade && !network.internal
      ? [
          nat("POSTROUTING", rule({ source: net(subnet), out: `!${name}`, target: masquerade() })),
          ...(engine.settings.userlandProxy ? [nat(DOCKER, rule({ in: name, target: back }))] : []),
        ]
      : [];
  const hairpin =
    engine.settings.userlandProxy || network.internal
      ? []
      : [nat("POSTROUTING", rule({ out: name, matches: [fromLocal()], target: masquerade() }))];
  return [...closed, ...hidden, ...hairpin, between, ...outward];
}

/** What holds a network apart from the others. */
function isolationRules(world: DockerWorld, engine: Engine, { bridge, internal }: Network): Placed[] {
  if (bridge === null || internal) return [];
  const { name } = bridge;
  const stage2 = nfFindChain(nfTable(world, hostNetns(world, engine), "filter"), STAGE_2);
  const jump: NfTarget = { kind: "jump", chain: stage2, goto: false };
  return [
    { table: "filter", chain: STAGE_1, at: 1, rule: rule({ in: name, out: `!${name}`, target: jump }) },
    { table: "filter", chain: STAGE_2, at: 1, rule: rule({ out: name, target: drop }) },
  ];
}

/**
 * A network came into being. Null, or the daemon's words where somebody has taken away a chain of its own; what was put in place before that
 * stays. Only without the chains that hold networks apart it goes on as if nothing were the matter (setupNetworkIsolationRules).
 */
export function addNetworkRules(world: DockerWorld, engine: Engine, network: Network): string | null {
  if (!engine.settings.iptables || network.bridge === null) return null;
  const space = hostNetns(world, engine);
  for (const placed of networkRules(world, engine, network)) {
    const lacking = lackingChain(world, space, network, placed);
    if (lacking !== null) return lacking;
    place(world, space, placed);
  }
  if (!network.internal) leadToDocker(world, engine);
  if (!leadForward(world, space, STAGE_1)) {
    const line = `-I FORWARD -j ${STAGE_1}: ${noSuchTarget(world, space, STAGE_1)}`;
    return `unable to insert jump to ${STAGE_1} rule in FORWARD chain:  (iptables failed: iptables --wait ${line})`;
  }
  const isolation = isolationRules(world, engine, network);
  const canIsolate = [STAGE_1, STAGE_2].every((chain) => nfFindChain(nfTable(world, space, "filter"), chain) >= 0);
  if (canIsolate) for (const placed of isolation) place(world, space, placed);
  arrangeUserChain(world, space);
  return null;
}

/** What dockerd says when the chain is gone where it wants to put a network's rule, or where the rule leads to. */
function lackingChain(world: DockerWorld, space: NetnsId, { bridge, subnet }: Network, placed: Placed): string | null {
  const { table, chain, rule: made } = placed;
  const name = bridge?.name ?? "";
  const words = (what: string, line: string) =>
    `Failed to Setup IP tables: Unable to enable ${what} rule:  (iptables failed: iptables --wait ${line}: ` +
    "iptables: No chain/target/match by that name.\n (exit status 1))";
  if (nfFindChain(nfTable(world, space, table), chain) < 0) {
    if (table === "nat") return words("SKIP DNAT", `-t nat -I ${DOCKER} -i ${name} -j RETURN`);
    const of = subnet === null ? "" : `${formatIpv4(subnet.address)}/${subnet.prefixLength}`;
    return words("DROP INCOMING", `-I ${STAGE_1} -i ${name} ! -d ${of} -j DROP`);
  }
  if (made.target.kind !== "jump" || made.target.chain >= 0) return null;
  const line = `-I FORWARD -o ${name} -j ${DOCKER}: ${noSuchTarget(world, space, DOCKER)}`;
  return `Failed to program FILTER chain: iptables failed: iptables --wait ${line}`;
}

/** iptables' words about a jump to a chain that isn't there. */
function noSuchTarget(world: DockerWorld, space: NetnsId, chain: string): string {
  const hint = "Try `iptables -h' or 'iptables --help' for more information.\n (exit status 2)";
  return isLegacy(world, space)
    ? `iptables v1.8.9 (legacy): Couldn't load target \`${chain}':No such file or directory\n\n${hint}`
    : `iptables v1.8.9 (nf_tables): Chain '${chain}' does not exist\n${hint}`;
}

/** The jumps to the nat table's own chain, in case somebody has taken them away (ProgramChain). */
function leadToDocker(world: DockerWorld, engine: Engine): void {
  const space = hostNetns(world, engine);
  const chain = nfFindChain(nfTable(world, space, "nat"), DOCKER);
  if (chain < 0) return;
  const target: NfTarget = { kind: "jump", chain, goto: false };
  // Without docker-proxy it is these rules that serve 127.0.0.1.
  const elsewhere = engine.settings.userlandProxy ? { destination: LOOPBACK_NET } : {};
  const local = { matches: [toLocal()], target };
  place(world, space, { table: "nat", chain: "PREROUTING", at: null, rule: rule(local) });
  place(world, space, { table: "nat", chain: "OUTPUT", at: null, rule: rule({ ...elsewhere, ...local }) });
}

/**
 * FORWARD begins with a jump to the chain from now on, before whatever else has come there (EnsureJumpRule). False: there is no such chain.
 */
function leadForward(world: DockerWorld, space: NetnsId, chain: string): boolean {
  const to = nfFindChain(nfTable(world, space, "filter"), chain);
  if (to < 0) return false;
  const jump = rule({ target: { kind: "jump", chain: to, goto: false } });
  nfDelete(world, space, "filter", "FORWARD", jump);
  nfInsert(world, space, "filter", "FORWARD", 1, jump);
  return true;
}

/** The users' own chain is there, ends in RETURN and comes first of all (arrangeUserFilterRule). */
function arrangeUserChain(world: DockerWorld, space: NetnsId): void {
  nfNewChain(world, space, "filter", USER);
  place(world, space, { table: "filter", chain: USER, at: null, rule: rule({ target: back }) });
  leadForward(world, space, USER);
}

/** A network is removed. */
export function removeNetworkRules(world: DockerWorld, engine: Engine, network: Network): void {
  if (!engine.settings.iptables || network.bridge === null) return;
  const space = hostNetns(world, engine);
  const rules = [...networkRules(world, engine, network), ...isolationRules(world, engine, network)];
  for (const { table, chain, rule: made } of rules) {
    nfDelete(world, space, table, chain, made);
  }
}

/** Puts a rule in place unless one that says the same is there (ProgramRule asks by -C first). */
function place(world: DockerWorld, space: NetnsId, { table, chain, at, rule: made }: Placed): void {
  if (nfCheck(world, space, table, chain, made) > 0) return;
  if (at === null) nfAppend(world, space, table, chain, made);
  else nfInsert(world, space, table, chain, at, made);
}

/** What lets a published port through, and turns what comes for it to the container. */
function portRules(engine: Engine, network: Network, address: Ipv4, binding: PublishedPort): Placed[] {
  const bridge = network.bridge?.name ?? "";
  const protocol = PROTOCOL_NUMBER[binding.protocol];
  const hostIp = parseIpv4(binding.hostIp);
  const only = hostIp === null || hostIp === IPV4_ANY ? {} : { destination: host(hostIp) };
  const inside = { protocol, matches: [toPort(binding.protocol, binding.port)] };
  const at = null;
  return [
    {
      table: "nat",
      chain: DOCKER,
      at,
      rule: rule({
        ...only,
        ...(engine.settings.userlandProxy ? { in: `!${bridge}` } : {}),
        protocol,
        matches: [toPort(binding.protocol, binding.hostPort)],
        target: dnatTo(address, binding.port),
      }),
    },
    {
      table: "filter",
      chain: DOCKER,
      at,
      rule: rule({ ...inside, destination: host(address), in: `!${bridge}`, out: bridge, target: accept }),
    },
    {
      table: "nat",
      chain: "POSTROUTING",
      at,
      rule: rule({ ...inside, source: host(address), destination: host(address), target: masquerade() }),
    },
  ];
}

/** Null, or the daemon's words where somebody has taken away a chain of its own. What was put in place before that stays. */
export function addPortRules(
  world: DockerWorld,
  engine: Engine,
  network: Network,
  address: Ipv4,
  binding: PublishedPort,
): string | null {
  // The bridge driver tells its port mapper of no chains in an internal network: docker-proxy alone serves there.
  if (!engine.settings.iptables || network.internal) return null;
  const space = hostNetns(world, engine);
  for (const placed of portRules(engine, network, address, binding)) {
    if (nfFindChain(nfTable(world, space, placed.table), placed.chain) < 0) {
      const line = portLine(engine, network, address, binding, placed);
      return ` (iptables failed: iptables --wait ${line}: iptables: No chain/target/match by that name.\n (exit status 1))`;
    }
    place(world, space, placed);
  }
  return null;
}

/** How dockerd asks iptables for a port's rule in one of its chains. */
function portLine(
  engine: Engine,
  network: Network,
  address: Ipv4,
  { protocol, hostIp, hostPort, port }: PublishedPort,
  { table }: Placed,
): string {
  const bridge = network.bridge?.name ?? "";
  const inside = formatIpv4(address);
  if (table === "filter")
    return `-t filter -A ${DOCKER} ! -i ${bridge} -o ${bridge} -p ${protocol} -d ${inside} --dport ${port} -j ACCEPT`;
  const to = parseIpv4(hostIp) === IPV4_ANY ? "0/0" : hostIp;
  const outside = engine.settings.userlandProxy ? ` ! -i ${bridge}` : "";
  return `-t nat -A ${DOCKER} -p ${protocol} -d ${to} --dport ${hostPort} -j DNAT --to-destination ${inside}:${port}${outside}`;
}

export function removePortRules(
  world: DockerWorld,
  engine: Engine,
  network: Network,
  address: Ipv4,
  binding: PublishedPort,
): void {
  if (!engine.settings.iptables) return;
  const space = hostNetns(world, engine);
  for (const { table, chain, rule: made } of portRules(engine, network, address, binding))
    nfDelete(world, space, table, chain, made);
}

/** What --link lets through between two containers where --icc=false holds them apart (the bridge driver's link.go). */
function linkRules(network: Network, parent: Ipv4, child: Ipv4, exposed: readonly string[]): NfRule[] {
  const bridge = network.bridge?.name ?? "";
  return exposed.flatMap((spec) => {
    const [port, protocol] = spec.split("/") as [string, PublishedPort["protocol"]];
    const common = { in: bridge, out: bridge, protocol: PROTOCOL_NUMBER[protocol], target: accept };
    const forth = { source: host(parent), destination: host(child), matches: [toPort(protocol, Number(port))] };
    const reply = { source: host(child), destination: host(parent), matches: [fromPort(protocol, Number(port))] };
    return [rule({ ...common, ...forth }), rule({ ...common, ...reply })];
  });
}

/** Lets a container and one that it is linked to talk, or no longer: on the ports that the latter exposes. */
export function setLinkRules(
  world: DockerWorld,
  engine: Engine,
  network: Network,
  link: { parent: Ipv4; child: Ipv4; exposed: readonly string[] },
  on: boolean,
): void {
  if (!engine.settings.iptables || network.bridge === null || network.bridge.icc) return;
  const space = hostNetns(world, engine);
  for (const made of linkRules(network, link.parent, link.child, link.exposed)) {
    if (on) place(world, space, { table: "filter", chain: DOCKER, at: null, rule: made });
    else nfDelete(world, space, "filter", DOCKER, made);
  }
}

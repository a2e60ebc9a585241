/**
 * The Engine's name server in containers of user-defined networks, 127.0.0.11 (libnetwork/resolver.go): names, aliases and
 * addresses of containers that share a network with the asker; everything else goes to the outer servers, from the
 * container's own namespace. Each sandbox has one process of it, which listens on random ports: rules of the container's nat table lead
 * there. Left out: answers over TCP, which no program here asks for. Such a connection is taken and closed when something comes.
 */
import { SECOND_NS } from "../../base/time.ts";
import { sendTo, socketBind, socketConnect } from "../../kernel/socket/inet.ts";
import { socket, socketCreate, socketRecv } from "../../kernel/socket/socket.ts";
import { tcpAccept, tcpBind, tcpListen } from "../../kernel/tcp/api.ts";
import type { Message, SocketId } from "../../kernel/types.ts";
import { cancelTimer, closeSocket, exit, ownSocket, proc, setTimer, spawn } from "../../shell/process.ts";
import type { Program, Sys } from "../../shell/types.ts";
import { formatIpv4, type Ipv4, ipv4, parseIpv4 } from "../../wire/address.ts";
import {
  DNS_CLASS_IN,
  DNS_NOERROR,
  DNS_PORT,
  DNS_QR,
  DNS_RA,
  DNS_RCODE,
  DNS_REFUSED,
  DNS_SERVFAIL,
  DNS_TYPE_A,
  DNS_TYPE_AAAA,
  DNS_TYPE_MX,
  DNS_TYPE_PTR,
  type DnsMessage,
  type DnsRecord,
  dnsResponse,
  encodeDns,
  parseDns,
} from "../../wire/dns.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "../../wire/ipv4.ts";
import { parseLink } from "../container/container.ts";
import { addDnsRules } from "../firewall/dns-rules.ts";
import { sortedEndpoints } from "../network/endpoint.ts";
import { isUserDefined } from "../network/network.ts";
import type { Container, DockerWorld, Endpoint, Engine, Network } from "../types.ts";

export const EMBEDDED_DNS = ipv4("127.0.0.11");
const TTL_S = 600;
/** extIOTimeout: how long an outer server is waited for. */
const OUTER_NS = 4 * SECOND_NS;
/** Go listens with net.core.somaxconn. */
const BACKLOG = 4096;
/** maxExtDNS */
const MAX_SERVERS = 3;

/** A question that was passed on. Its timer's slot is its socket. */
interface Forwarded {
  socket: SocketId;
  client: Ipv4;
  clientPort: number;
  query: DnsMessage;
  bytes: Uint8Array;
  servers: Ipv4[];
  /** A server's refusal: the answer, unless another server has a better one. */
  refusal: DnsMessage | null;
}

interface Resolver {
  listener: SocketId;
  tcpListener: SocketId;
  forwarded: Forwarded[];
}

/** Starts the server in a container's sandbox unless it is there. @param servers the outer ones */
export function startEmbeddedDns(
  world: DockerWorld,
  engine: Engine,
  container: Container,
  servers: readonly string[],
): void {
  const { sandbox, node } = container;
  if (!sandbox) return;
  const running = world.procs.some(
    (p) => p !== null && p.program === NAME && p.netns === sandbox.netns && p.exit === null,
  );
  if (running) return;
  const daemon = proc(world, engine.daemon);
  // A part of dockerd: it has its pid, and no line of its own in `ps`.
  const options = { node, netns: sandbox.netns, pid: daemon.pid, newGroup: true, delay_ns: 0, fds: [null, null, null] };
  spawn(world, daemon, { ...options, program: NAME, argv: [NAME, ...servers] });
}

const NAME = "dockerd-dns";

function start(sys: Sys): void {
  const { world, proc: p } = sys;
  const listener = ownSocket(sys, socketCreate(world, p.netns, p.id, "udp", IPPROTO_UDP));
  const tcpListener = ownSocket(sys, socketCreate(world, p.netns, p.id, "tcp", IPPROTO_TCP));
  if (socketBind(world, listener, EMBEDDED_DNS, 0) < 0) return exit(sys, 1);
  if (tcpBind(world, tcpListener, EMBEDDED_DNS, 0) < 0) return exit(sys, 1);
  tcpListen(world, tcpListener, BACKLOG);
  const port = (id: SocketId) => socket(world, id).localPort;
  addDnsRules(world as DockerWorld, p.netns, EMBEDDED_DNS, { tcp: port(tcpListener), udp: port(listener) });
  const r: Resolver = { listener, tcpListener, forwarded: [] };
  p.locals = r;
}

function acceptAll(sys: Sys, r: Resolver): void {
  const { world, proc: p } = sys;
  for (let id = tcpAccept(world, r.tcpListener, p.id); id >= 0; id = tcpAccept(world, r.tcpListener, p.id))
    ownSocket(sys, id);
}

function receive(sys: Sys, r: Resolver): void {
  for (let m = socketRecv(sys.world, r.listener); m; m = socketRecv(sys.world, r.listener)) {
    const parsed = m.error ? null : parseDns(m.bytes, 0, m.bytes.length);
    if (!parsed?.ok || (parsed.value.flags & DNS_QR) !== 0 || parsed.value.questions.length === 0) continue;
    const answer = ownAnswer(sys, parsed.value);
    if (answer) reply(sys, r, m.source, m.sourcePort, answer);
    else forward(sys, r, m, parsed.value);
  }
}

function reply(sys: Sys, r: Resolver, client: Ipv4, port: number, answer: DnsMessage): void {
  sendTo(sys.world, r.listener, { address: client, port, payload: encodeDns(answer, false) });
}

interface Neighbour {
  /** The asker's own place in the network. */
  asker: Endpoint;
  container: Container;
  endpoint: Endpoint;
  network: Network;
}

/** Containers that share a user-defined network with the asker, itself included. */
function neighbours(sys: Sys): Neighbour[] {
  const world = sys.world as DockerWorld;
  const found: Neighbour[] = [];
  for (const engine of Object.values(world.engines)) {
    const asker = Object.values(engine.containers).find((c) => c.node === sys.proc.node);
    for (const name of asker ? sortedEndpoints(engine, asker) : []) {
      const own = asker?.endpoints[name] as Endpoint;
      const network = engine.networks[own.network];
      if (!network || !isUserDefined(network)) continue;
      for (const container of Object.values(engine.containers)) {
        const endpoint = container.endpoints[network.name];
        if (endpoint && endpoint.address !== null && container.sandbox)
          found.push({ asker: own, container, endpoint, network });
      }
    }
  }
  return found;
}

/** The answer, if the question is about containers; else null. */
function ownAnswer(sys: Sys, query: DnsMessage): DnsMessage | null {
  const question = query.questions[0] as DnsMessage["questions"][number];
  const { type } = question;
  const name = question.name.replace(/\.$/, "").toLowerCase();
  const records: DnsRecord[] = [];
  const common = { name: question.name, class: DNS_CLASS_IN, ttl: TTL_S };
  if (type === DNS_TYPE_PTR) {
    const address = parseIpv4(/^(.*)\.in-addr\.arpa$/.exec(name)?.[1]?.split(".").reverse().join(".") ?? "");
    const owner = neighbours(sys).find((n) => n.endpoint.address === address);
    if (!owner) return null;
    const data = { kind: "name" as const, name: `${owner.container.name}.${owner.network.name}` };
    records.push({ ...common, type, data });
  } else if (type === DNS_TYPE_A || type === DNS_TYPE_AAAA || type === DNS_TYPE_MX) {
    const known = neighbours(sys);
    const meant = known.flatMap((n) => n.asker.links.map(parseLink)).find((l) => l.alias.toLowerCase() === name)?.name;
    const owners = known.filter((n) => namesOf(n).includes(meant?.toLowerCase() ?? name));
    if (owners.length === 0) return null;
    const network = owners[0]?.network;
    for (const { endpoint } of owners.filter((n) => n.network === network)) {
      if (type === DNS_TYPE_A)
        records.push({ ...common, type, data: { kind: "address", address: endpoint.address as Ipv4 } });
    }
  } else return null;
  return dnsResponse(query, DNS_NOERROR, records, DNS_RA);
}

/** Its name and aliases in a network, bare and with the network's name. */
function namesOf({ container, endpoint, network }: Neighbour): string[] {
  const names = [container.name, ...endpoint.aliases].map((n) => n.toLowerCase());
  return [...names, ...names.map((n) => `${n}.${network.name.toLowerCase()}`)];
}

function forward(sys: Sys, r: Resolver, m: Message, query: DnsMessage): void {
  const given = sys.proc.argv.slice(1).map(parseIpv4);
  const servers = given.filter((s): s is Ipv4 => s !== null).slice(0, MAX_SERVERS);
  const f: Forwarded = {
    socket: -1,
    client: m.source,
    clientPort: m.sourcePort,
    query,
    bytes: m.bytes,
    servers,
    refusal: null,
  };
  askNext(sys, r, f);
}

/** Passes a question to its next server. When none is left the answer is what one of them has refused it with, or silence. */
function askNext(sys: Sys, r: Resolver, f: Forwarded): void {
  const { world, proc: p } = sys;
  forget(sys, r, f);
  for (let server = f.servers.shift(); server !== undefined; server = f.servers.shift()) {
    const id = ownSocket(sys, socketCreate(world, p.netns, p.id, "udp", 17));
    socket(world, id).recvErr = true;
    if (socketConnect(world, id, server, DNS_PORT) >= 0 && sendTo(world, id, { payload: f.bytes }) >= 0) {
      f.socket = id;
      r.forwarded.push(f);
      return setTimer(sys, id, OUTER_NS);
    }
    closeSocket(sys, id);
  }
  if (f.refusal) reply(sys, r, f.client, f.clientPort, f.refusal);
}

function forget(sys: Sys, r: Resolver, f: Forwarded): void {
  if (!r.forwarded.includes(f)) return;
  r.forwarded = r.forwarded.filter((other) => other !== f);
  cancelTimer(sys, f.socket);
  closeSocket(sys, f.socket);
}

function outerAnswer(sys: Sys, r: Resolver, f: Forwarded): void {
  const m = socketRecv(sys.world, f.socket);
  if (!m) return;
  const parsed = m.error ? null : parseDns(m.bytes, 0, m.bytes.length);
  if (!parsed?.ok) return askNext(sys, r, f);
  if (parsed.value.id !== f.query.id) return;
  const rcode = parsed.value.flags & DNS_RCODE;
  if (rcode === DNS_SERVFAIL || rcode === DNS_REFUSED) {
    f.refusal = parsed.value;
    return askNext(sys, r, f);
  }
  forget(sys, r, f);
  reply(sys, r, f.client, f.clientPort, parsed.value);
}

export const embeddedDns: Program = {
  start,
  wake(sys, why) {
    const r = sys.proc.locals as Resolver;
    if (why.type === "socket" && why.socket === r.listener) return receive(sys, r);
    if (why.type === "socket" && why.socket === r.tcpListener) return acceptAll(sys, r);
    const id = why.type === "socket" ? why.socket : why.type === "timer" ? why.slot : -1;
    const f = r.forwarded.find((other) => other.socket === id);
    if (!f) return why.type === "socket" ? closeSocket(sys, id) : undefined;
    if (why.type === "timer") askNext(sys, r, f);
    else outerAnswer(sys, r, f);
  },
};

export const embeddedDnsPrograms = { [NAME]: embeddedDns };

/** Text of the address, for resolv.conf. */
export const EMBEDDED_DNS_TEXT = formatIpv4(EMBEDDED_DNS);

/**
 * The DNS server of the scenes' internet, answering as dnsmasq does without an upstream: A records that it was given, and
 * REFUSED for everything else. `dnsd ADDRESS:PORT NAME=ADDRESS…`.
 */
import { strerror } from "../../kernel/errno.ts";
import { sendTo, socketBind } from "../../kernel/socket/inet.ts";
import { socketCreate, socketRecv } from "../../kernel/socket/socket.ts";
import type { SocketId } from "../../kernel/types.ts";
import { type Ipv4, parseIpv4 } from "../../wire/address.ts";
import {
  DNS_AA,
  DNS_CLASS_IN,
  DNS_NOERROR,
  DNS_QR,
  DNS_RA,
  DNS_REFUSED,
  DNS_TYPE_A,
  DNS_TYPE_OPT,
  type DnsMessage,
  type DnsRecord,
  dnsResponse,
  encodeDns,
  parseDns,
} from "../../wire/dns.ts";
import { fail, ownSocket } from "../process.ts";
import type { Program, Sys } from "../types.ts";

const TTL_S = 60;
/** What OPT's class field says: the largest answer that it takes (RFC 6891, 6.2.3). */
const UDP_SIZE = 1232;
/** Extended DNS Error "Not Ready" (RFC 8914): option 15, 2 bytes, code 14: what dnsmasq says that has nobody to ask. */
const NOT_READY = Uint8Array.of(0, 15, 0, 2, 0, 14);

interface Server {
  socket: SocketId;
  records: Record<string, Ipv4>;
}

function start(sys: Sys, argv: string[]): void {
  const [host = "", port = "53"] = (argv[1] ?? "").split(":");
  const address = parseIpv4(host);
  if (address === null) return fail(sys, `dnsd: bad address ${host}\n`, 2);
  const { world, proc } = sys;
  const socket = ownSocket(sys, socketCreate(world, proc.netns, proc.id, "udp", 17));
  const errno = socketBind(world, socket, address, Number(port));
  if (errno < 0) return fail(sys, `dnsd: failed to create listening socket for ${host}: ${strerror(errno)}\n`, 2);
  const pairs = argv.slice(2).map((arg): [string, Ipv4 | null] => {
    const at = arg.lastIndexOf("=");
    return [arg.slice(0, at).toLowerCase(), parseIpv4(arg.slice(at + 1))];
  });
  const records = Object.fromEntries(pairs.filter((pair): pair is [string, Ipv4] => pair[1] !== null));
  const server: Server = { socket, records };
  proc.locals = server;
}

function serve(sys: Sys, server: Server): void {
  for (let m = socketRecv(sys.world, server.socket); m; m = socketRecv(sys.world, server.socket)) {
    if (m.error) continue;
    const parsed = parseDns(m.bytes, 0, m.bytes.length);
    if (!parsed.ok || (parsed.value.flags & DNS_QR) !== 0) continue;
    const payload = encodeDns(answer(server, parsed.value));
    sendTo(sys.world, server.socket, { address: m.source, port: m.sourcePort, payload });
  }
}

function answer(server: Server, query: DnsMessage): DnsMessage {
  const question = query.questions[0];
  const name = question?.name.toLowerCase() ?? "";
  const address = Object.hasOwn(server.records, name) ? server.records[name] : undefined;
  const found = question?.type === DNS_TYPE_A && address !== undefined;
  const record: DnsRecord[] = found
    ? [{ name: question.name, type: DNS_TYPE_A, class: DNS_CLASS_IN, ttl: TTL_S, data: { kind: "address", address } }]
    : [];
  const response = dnsResponse(query, found ? DNS_NOERROR : DNS_REFUSED, record, found ? DNS_AA | DNS_RA : DNS_RA);
  if (!query.additionals.some((r) => r.type === DNS_TYPE_OPT)) return response;
  const bytes = found ? new Uint8Array(0) : NOT_READY;
  const opt: DnsRecord = { name: "", type: DNS_TYPE_OPT, class: UDP_SIZE, ttl: 0, data: { kind: "bytes", bytes } };
  return { ...response, additionals: [opt] };
}

export const dnsd: Program = {
  path: "/usr/sbin/dnsd",
  start,
  wake(sys, why) {
    if (why.type === "socket") serve(sys, sys.proc.locals as Server);
  },
};

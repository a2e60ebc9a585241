/** The near end of curl's connection: --interface and --local-port (lib/cf-socket.c, bindlocal). */
import { strerror } from "../../../kernel/errno.ts";
import { tcpBind } from "../../../kernel/tcp/api.ts";
import type { DevId, SocketId } from "../../../kernel/types.ts";
import { dev, netns } from "../../../kernel/world.ts";
import { IPV4_ANY } from "../../../wire/address.ts";
import { DNS_TYPE_A } from "../../../wire/dns.ts";
import { lookUpAddress, type Resolver } from "../../names/resolver.ts";
import type { Sys } from "../../types.ts";
import type { CurlOptions } from "./options.ts";

function deviceOf(sys: Sys, name: string): DevId | undefined {
  const { world, proc } = sys;
  return netns(world, proc.netns).devs.find((one) => dev(world, one).name === name);
}

/** The name of a host that --interface gives, or null. `if!` stands before a device's name, `host!` before a host's. */
function hostOf(sys: Sys, o: CurlOptions): string | null {
  if (o.device === null || o.device.startsWith("if!")) return null;
  if (o.device.startsWith("host!")) return o.device.slice("host!".length);
  return deviceOf(sys, o.device) === undefined ? o.device : null;
}

/** Whether --interface needs no (more) asking of DNS. */
export function isNearEndKnown(sys: Sys, o: CurlOptions, resolver: Resolver): boolean {
  const host = hostOf(sys, o);
  return host === null || lookUpAddress(sys, resolver, host, [DNS_TYPE_A]) !== null;
}

/** Binds a socket as it was asked for. What went wrong, or null. @param note what -v shows */
export function bindNearEnd(
  sys: Sys,
  o: CurlOptions,
  resolver: Resolver,
  id: SocketId,
  note: (text: string) => void,
): string | null {
  const { device, localPort } = o;
  const { world } = sys;
  let address = IPV4_ANY;
  const host = hostOf(sys, o);
  if (host !== null) {
    const found = lookUpAddress(sys, resolver, host, [DNS_TYPE_A])?.addresses[0];
    if (found === undefined) return `Couldn't bind to '${host}'`;
    note(`Name '${host}' family 2 resolved to '${host}' family 2`);
    address = found;
  } else if (device !== null) {
    const name = device.replace(/^if!/, "");
    const found = deviceOf(sys, name);
    const own = world.sockets[id];
    if (found === undefined || !own) return `Couldn't bind to interface '${name}'`;
    own.dev = found;
    if (localPort === 0) return null;
  } else if (localPort === 0) return null;
  note(`Local port: ${localPort}`);
  let port = localPort;
  let errno = tcpBind(world, id, address, port, false);
  for (; errno < 0 && port < localPort + o.morePorts; errno = tcpBind(world, id, address, port, false)) {
    note(`Bind to local port ${port++} failed, trying next`);
  }
  return errno < 0 ? `bind failed with errno ${-errno}: ${strerror(errno)}` : null;
}

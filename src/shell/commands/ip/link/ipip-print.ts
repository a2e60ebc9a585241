/** An IPIP tunnel as `ip -d link` and `ip tunnel show` tell it: ip/link_iptnl.c, ip/iptunnel.c. */
import type { IpTunnel } from "../../../../kernel/tunnel/types.ts";
import type { NetDevice, World } from "../../../../kernel/types.ts";
import { formatIpv4, IPV4_ANY, type Ipv4 } from "../../../../wire/address.ts";

function endpoint(address: Ipv4): string {
  return address === IPV4_ANY ? "any" : formatIpv4(address);
}

function linkName(world: World, tunnel: IpTunnel): string | null {
  return tunnel.link === null ? null : (world.devs[tunnel.link]?.name ?? `if${tunnel.link}`);
}

/** "ipip remote 192.168.1.11 local 192.168.1.10 dev eth0 ttl inherit pmtudisc" */
export function ipipDetails(world: World, t: IpTunnel): string {
  const parts = [`ipip${t.fallback ? " any" : ""} remote ${endpoint(t.remote)} local ${endpoint(t.local)}`];
  const link = linkName(world, t);
  if (link !== null) parts.push(`dev ${link}`);
  parts.push(t.ttl === 0 ? "ttl inherit" : `ttl ${t.ttl}`);
  if (t.tos !== 0) parts.push(t.tos === 1 ? "tos inherit" : `tos 0x${t.tos.toString(16)}`);
  parts.push(t.pmtudisc ? "pmtudisc" : "nopmtudisc");
  return parts.join(" ");
}

/** "tunl0: any/ip remote any local any ttl inherit nopmtudisc" */
export function tunnelLine(world: World, device: NetDevice): string {
  const t = device.ipTunnel as IpTunnel;
  const link = linkName(world, t);
  const dev = link === null ? "" : ` dev ${link}`;
  const ttl = t.ttl === 0 ? "inherit" : String(t.ttl);
  const tos = t.tos === 0 ? "" : t.tos === 1 ? " tos inherit" : ` tos 0x${t.tos.toString(16)}`;
  const kind = t.fallback ? "any/ip" : "ip/ip";
  const ends = `remote ${endpoint(t.remote)} local ${endpoint(t.local)}`;
  return `${device.name}: ${kind} ${ends}${dev} ttl ${ttl}${tos}${t.pmtudisc ? "" : " nopmtudisc"}`;
}

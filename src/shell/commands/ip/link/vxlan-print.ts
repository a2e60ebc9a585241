/** A VXLAN device as `ip -d link` tells it: vxlan_print_opt() of ip/iplink_vxlan.c. */
import type { Vxlan } from "../../../../kernel/tunnel/types.ts";
import type { World } from "../../../../kernel/types.ts";
import { formatIpv4, IPV4_ANY, isMulticastIpv4 } from "../../../../wire/address.ts";
import type { JsonObject } from "../json.ts";

/** "vxlan id 1 local 192.168.1.10 dev eth0 srcport 0 0 dstport 8472 …" */
export function vxlanDetails(world: World, v: Vxlan): string {
  const parts = [`vxlan id ${v.vni}`];
  if (v.remote !== IPV4_ANY) parts.push(`${isMulticastIpv4(v.remote) ? "group" : "remote"} ${formatIpv4(v.remote)}`);
  if (v.local !== IPV4_ANY) parts.push(`local ${formatIpv4(v.local)}`);
  if (v.link !== null) parts.push(`dev ${world.devs[v.link]?.name ?? `if${v.link}`}`);
  parts.push(`srcport ${v.srcPortMin} ${v.srcPortMax} dstport ${v.port}`);
  if (!v.learning) parts.push("nolearning");
  for (const name of ["proxy", "rsc", "l2miss", "l3miss"] as const) if (v[name]) parts.push(name);
  if (v.tos !== 0) parts.push(v.tos === 1 ? "tos inherit" : `tos 0x${v.tos.toString(16)}`);
  parts.push(v.ttl === 0 ? "ttl auto" : `ttl ${v.ttl}`);
  if (v.df !== "unset") parts.push(`df ${v.df}`);
  parts.push(v.ageing_s === 0 ? "ageing none" : `ageing ${v.ageing_s}`);
  if (v.maxAddress !== 0) parts.push(`maxaddr ${v.maxAddress}`);
  parts.push(`${v.udpcsum ? "" : "no"}udpcsum noudp6zerocsumtx noudp6zerocsumrx`);
  return parts.join(" ");
}

/** The same as JSON: what is not set is left out. */
export function vxlanJson(world: World, v: Vxlan): JsonObject {
  const json: JsonObject = { id: v.vni };
  if (v.remote !== IPV4_ANY) json[isMulticastIpv4(v.remote) ? "group" : "remote"] = formatIpv4(v.remote);
  if (v.local !== IPV4_ANY) json.local = formatIpv4(v.local);
  if (v.link !== null) json.link = world.devs[v.link]?.name ?? `if${v.link}`;
  json.port_range = { low: v.srcPortMin, high: v.srcPortMax };
  json.port = v.port;
  json.learning = v.learning;
  for (const name of ["proxy", "rsc", "l2miss", "l3miss"] as const) if (v[name]) json[name] = true;
  if (v.tos !== 0) json.tos = `0x${v.tos.toString(16)}`;
  json.ttl = v.ttl;
  json.df = v.df;
  json.ageing = v.ageing_s;
  if (v.maxAddress !== 0) json.limit = v.maxAddress;
  return Object.assign(json, { udp_csum: v.udpcsum, udp_zero_csum6_tx: false, udp_zero_csum6_rx: false });
}

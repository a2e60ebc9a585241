/** What `ip -j -d link` adds: the part of print_linkinfo() that details.ts tells in words. Left out: what bridges and their ports say. */
import type { NetDevice, World } from "../../../../kernel/types.ts";
import type { JsonObject } from "../json.ts";
import { hasKind, linkSizes } from "./details.ts";
import { vxlanJson } from "./vxlan-print.ts";

/** From "promiscuity" on. @param mode of `ip link`, which shows the mode of addresses too */
export function linkDetailsJson(world: World, device: NetDevice, mode: boolean): JsonObject {
  const sizes = linkSizes(device);
  return Object.assign(
    { promiscuity: device.promiscuity, allmulti: sizes.allmulti, min_mtu: sizes.minMtu, max_mtu: sizes.maxMtu },
    hasKind(device) ? { linkinfo: linkinfo(world, device) } : {},
    mode ? { inet6_addr_gen_mode: "eui64" } : {},
    { num_tx_queues: sizes.queues, num_rx_queues: sizes.queues },
    { gso_max_size: 65536, gso_max_segs: 65535 },
    { tso_max_size: sizes.tsoMaxSize, tso_max_segs: 65535, gro_max_size: 65536 },
  );
}

function linkinfo(world: World, device: NetDevice): JsonObject {
  const info: JsonObject = { info_kind: device.kind };
  if (device.vxlan !== null) info.info_data = vxlanJson(world, device.vxlan);
  return info;
}

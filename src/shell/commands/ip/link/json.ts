/** A device as `ip -j link` and `ip -j addr` tell it. */
import { operstate } from "../../../../kernel/netdev/carrier.ts";
import { devStats } from "../../../../kernel/netdev/stats.ts";
import type { NetDevice } from "../../../../kernel/types.ts";
import { formatMac } from "../../../../wire/address.ts";
import type { Line } from "../args.ts";
import type { Json, JsonObject } from "../json.ts";
import { linkDetailsJson } from "./details-json.ts";
import { broadcastMac, flagWords, groupName, linkNetns, linkType, masterName } from "./print.ts";

/** @param withAddress whether the link-layer address is told, as it is unless only a family's addresses are asked for */
export function linkJson(line: Line, device: NetDevice, mode: boolean, withAddress = true): JsonObject {
  const { world } = line.sys;
  const peer = device.kind === "veth" && device.peer !== null ? world.devs[device.peer] : null;
  const link: JsonObject = peer
    ? peer.netns === device.netns
      ? { link: peer.name }
      : { link_index: peer.ifindex }
    : {};
  const master = masterName(world, device);
  const where = linkNetns(line.sys, device);
  const named: JsonObject = { ...link, ifname: device.name };
  if (line.options.brief) {
    return {
      ...named,
      operstate: operstate(world, device),
      address: formatMac(device.mac),
      flags: flagWords(world, device),
    };
  }
  return {
    ifindex: device.ifindex,
    ...named,
    flags: flagWords(world, device),
    mtu: device.mtu,
    qdisc: device.qdisc ? "noqueue" : "noop",
    ...present(master === null ? {} : { master }),
    operstate: operstate(world, device),
    ...present(mode ? { linkmode: "DEFAULT" } : {}),
    group: groupName(device),
    ...present(device.txQueueLen > 0 ? { txqlen: device.txQueueLen } : {}),
    ...present(withAddress ? addressJson(device) : {}),
    ...present(where === null ? {} : "netns" in where ? { link_netns: where.netns } : { link_netnsid: where.netnsid }),
    ...present(line.options.details > 0 && withAddress ? linkDetailsJson(world, device, mode) : {}),
    ...present(device.alias !== "" && mode ? { ifalias: device.alias } : {}),
    ...present(line.options.stats > 0 ? { stats64: statsJson(line, device) } : {}),
  };
}

function addressJson(device: NetDevice): JsonObject {
  return { link_type: linkType(device), address: formatMac(device.mac), broadcast: broadcastMac(device) };
}

/** Just a type: each of the two has the keys that it has. */
function present(part: JsonObject): JsonObject {
  return part;
}

function statsJson(line: Line, device: NetDevice): Json {
  const s = devStats(line.sys.world, device.id);
  return {
    rx: {
      bytes: s.rxBytes,
      packets: s.rxPackets,
      errors: 0,
      dropped: s.rxDropped,
      over_errors: 0,
      multicast: s.multicast,
    },
    tx: {
      bytes: s.txBytes,
      packets: s.txPackets,
      errors: s.txErrors,
      dropped: s.txDropped,
      carrier_errors: 0,
      collisions: 0,
    },
  };
}

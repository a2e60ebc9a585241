/** docker network create, rm, connect, disconnect, ls, prune. */
import { type Ipv4, parseCidr, parseIpv4 } from "../../../wire/address.ts";
import { goTime, unixSeconds } from "../../clock.ts";
import { findContainer } from "../../container/container.ts";
import { pruneEvent } from "../../events.ts";
import { shortId } from "../../ids.ts";
import { connect, disconnect, disconnectGone } from "../../network/connect.ts";
import { contains } from "../../network/ipam.ts";
import { createNetwork, findNetwork, isPredefined, type NetworkRequest, removeNetwork } from "../../network/network.ts";
import type { GoStruct, GoValue } from "../../template/value.ts";
import type { Network } from "../../types.ts";
import {
  argument,
  type Call,
  type DockerCommand,
  die,
  finish,
  fromDaemon,
  given,
  isOn,
  later,
  listOf,
  print,
  printError,
  textOf,
} from "../command.ts";
import { flag } from "../flags.ts";
import { formatList } from "../table.ts";
import { confirm } from "./confirm.ts";
import { checkFilter, filtersOf, hasLabels, matches } from "./ps.ts";
import { pairs } from "./run-config.ts";

/** Making or removing a bridge, or a veth pair in a running container. */
const CHANGE_NS = 80_000_000;

/** Calls `action` after the time that a change takes. */
function afterChange(call: Call): void {
  later(call, "change", CHANGE_NS);
}

/** A flag whose values are pairs. */
const EMPTY_MAP = { shows: " map", default: "map[]" } as const;

export const NETWORK_CREATE: DockerCommand = {
  path: "network create",
  use: "network create [OPTIONS] NETWORK",
  short: "Create a network",
  args: { min: 1, max: 1 },
  flags: [
    flag("attachable", "bool", "Enable manual container attachment"),
    flag("aux-address", "list", "Auxiliary IPv4 or IPv6 addresses used by Network driver", EMPTY_MAP),
    flag("driver|d", "string", "Driver to manage the Network", { default: "bridge" }),
    flag("gateway", "slice", "IPv4 or IPv6 Gateway for the master subnet"),
    flag("internal", "bool", "Restrict external access to the network"),
    flag("ip-range", "slice", "Allocate container ip from a sub-range"),
    flag("ipam-driver", "string", "IP Address Management Driver", { default: "default" }),
    flag("ipv6", "bool", "Enable IPv6 networking"),
    flag("label", "list", "Set metadata on a network"),
    flag("opt|o", "list", "Set driver specific options", EMPTY_MAP),
    flag("scope", "string", "Control the network's scope"),
    flag("subnet", "slice", "Subnet in CIDR format that represents a network segment"),
  ],
  run: afterChange,
  resume(call, why) {
    if (why.type === "signal") return finish(call, 130);
    const addresses = parseAddresses(call);
    if (typeof addresses === "string") return die(call, addresses);
    if (textOf(call, "scope") === "swarm") {
      return die(call, fromDaemon("cannot create a swarm scoped network when swarm is not active"));
    }
    if (isOn(call, "ipv6")) {
      const none = "could not find an available, non-overlapping IPv6 address pool among the defaults";
      return die(call, fromDaemon(`${none} to assign to the network`));
    }
    const { world, engine } = call.daemon;
    const made = createNetwork(world, engine, {
      name: argument(call, 0),
      driver: textOf(call, "driver"),
      ...addresses,
      internal: isOn(call, "internal"),
      attachable: isOn(call, "attachable"),
      options: pairs(listOf(call, "opt")),
      labels: pairs(listOf(call, "label")),
    });
    if (!made.ok) return die(call, fromDaemon(made.error));
    print(call, `${made.value.id}\n`);
    finish(call);
  },
};

/** Subnet, range and gateway as they fit together (consolidateIpam), or what is wrong with them. */
function parseAddresses(call: Call): Pick<NetworkRequest, "subnet" | "ipRange" | "gateway" | "auxAddresses"> | string {
  const subnets = listOf(call, "subnet");
  const ranges = listOf(call, "ip-range");
  const gateways = listOf(call, "gateway");
  if (subnets.length < ranges.length || subnets.length < gateways.length) {
    return "every ip-range or gateway must have a corresponding subnet";
  }
  if (subnets.some((text) => text.includes(":"))) return "playground: a network with IPv6 addresses is not simulated";
  const [subnetText] = subnets;
  if (subnetText === undefined) return { subnet: null, ipRange: null, gateway: null, auxAddresses: {} };
  const subnet = parseCidr(subnetText);
  if (subnet === null) return fromDaemon(`Invalid subnet ${subnetText} : invalid CIDR address: ${subnetText}`);
  if (subnets.length > 1) return fromDaemon("bridge driver doesn't support multiple subnets");
  const ipRange = ranges[0] === undefined ? null : parseCidr(ranges[0]);
  if (ranges[0] !== undefined) {
    if (ipRange === null) return `invalid CIDR address: ${ranges[0]}`;
    if (!contains(subnet, ipRange.address)) return `no matching subnet for range ${ranges[0]}`;
  }
  const gateway = gateways[0] === undefined ? null : parseIpv4(gateways[0]);
  if (gateways[0] !== undefined && (gateway === null || !contains(subnet, gateway))) {
    return `no matching subnet for gateway ${gateways[0]}`;
  }
  const auxAddresses: Record<string, Ipv4> = {};
  for (const [name, text] of Object.entries(pairs(listOf(call, "aux-address")))) {
    const address = parseIpv4(text);
    if (address === null || !contains(subnet, address)) return `no matching subnet for aux-address ${text}`;
    auxAddresses[name] = address;
  }
  return { subnet, ipRange, gateway, auxAddresses };
}

export const NETWORK_RM: DockerCommand = {
  path: "network rm",
  use: "network rm NETWORK [NETWORK...]",
  short: "Remove one or more networks",
  aliases: ["remove"],
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  flags: [],
  run: afterChange,
  resume(call, why) {
    if (why.type === "signal") return finish(call, 130);
    const { world, engine } = call.daemon;
    let status = 0;
    for (const name of call.args) {
      const network = findNetwork(engine, name);
      const refused = network ? removeNetwork(world, engine, network) : null;
      const error = network ? (refused === null ? null : fromDaemon(refused)) : `Error: No such network: ${name}`;
      if (error === null) {
        print(call, `${name}\n`);
      } else {
        printError(call, `${error}\n`);
        status = 1;
      }
    }
    finish(call, status);
  },
};

/** The network and container that connect and disconnect name, or the daemon's complaint. */
function parties(call: Call) {
  const { engine } = call.daemon;
  const network = findNetwork(engine, argument(call, 0));
  const container = findContainer(engine, argument(call, 1));
  if (!container) return `No such container: ${argument(call, 1)}`;
  return network ? { network, container } : `network ${argument(call, 0)} not found`;
}

export const NETWORK_CONNECT: DockerCommand = {
  path: "network connect",
  use: "network connect [OPTIONS] NETWORK CONTAINER",
  short: "Connect a container to a network",
  args: { min: 2, max: 2 },
  flags: [
    flag("alias", "slice", "Add network-scoped alias for the container"),
    flag("driver-opt", "slice", "driver options for the network"),
    flag("ip", "string", "IPv4 address (e.g., 172.30.100.104)"),
    flag("ip6", "string", "IPv6 address (e.g., 2001:db8::33)"),
    flag("link", "list", "Add link to another container"),
    flag("link-local-ip", "slice", "Add a link-local address for the container"),
  ],
  run: afterChange,
  resume(call, why) {
    if (why.type === "signal") return finish(call, 130);
    const found = parties(call);
    if (typeof found === "string") return die(call, fromDaemon(found));
    const ip = given(call, "ip") ? parseIpv4(textOf(call, "ip")) : undefined;
    if (ip === null) return die(call, fromDaemon(`invalid IPv4 address: ${textOf(call, "ip")}`));
    const { world, engine } = call.daemon;
    const refused = connect(world, engine, found.container, found.network, {
      ip,
      aliases: listOf(call, "alias"),
      links: listOf(call, "link"),
    });
    if (refused === null) finish(call);
    else die(call, fromDaemon(refused));
  },
};

export const NETWORK_DISCONNECT: DockerCommand = {
  path: "network disconnect",
  use: "network disconnect [OPTIONS] NETWORK CONTAINER",
  short: "Disconnect a container from a network",
  args: { min: 2, max: 2 },
  flags: [flag("force|f", "bool", "Force the container to disconnect from a network")],
  run: afterChange,
  resume(call, why) {
    if (why.type === "signal") return finish(call, 130);
    const { world, engine } = call.daemon;
    const found = parties(call);
    const container = findContainer(engine, argument(call, 1));
    if (typeof found === "string" && container?.sandbox === null) {
      const refused = disconnectGone(container, argument(call, 0));
      return refused === null ? finish(call) : die(call, fromDaemon(refused));
    }
    if (typeof found === "string") {
      const gone = isOn(call, "force") && findNetwork(engine, argument(call, 0)) !== null;
      return die(call, fromDaemon(gone ? `endpoint ${argument(call, 1)} not found` : found));
    }
    const refused = disconnect(world, engine, found.container, found.network);
    if (refused === null) finish(call);
    else die(call, fromDaemon(refused));
  },
};

const HEADERS = {
  ID: "NETWORK ID",
  Name: "NAME",
  Driver: "DRIVER",
  Scope: "SCOPE",
  IPv6: "IPV6",
  Internal: "INTERNAL",
  Labels: "LABELS",
  CreatedAt: "CREATED AT",
};

const FILTERS: Readonly<Record<string, (n: Network, value: string) => boolean>> = {
  driver: (n, v) => n.driver === v,
  id: (n, v) => n.id.startsWith(v) || matches(v, n.id),
  name: (n, v) => matches(v, n.name),
  label: (n, v) => hasLabels(n.labels, [v]),
  scope: (_, v) => v === "local",
  type: (n, v) => isPredefined(n.name) === (v === "builtin"),
};

function networkRow(call: Call, n: Network): GoStruct {
  const { world } = call.daemon;
  const label = (name: GoValue) => n.labels[name as string] ?? "";
  return {
    CreatedAt: goTime(unixSeconds(world, n.created_ns)),
    Driver: n.driver,
    ID: isOn(call, "no-trunc") ? n.id : shortId(n.id),
    IPv6: "false",
    Internal: String(n.internal),
    Labels: Object.entries(n.labels)
      .map(([k, v]) => `${k}=${v}`)
      .join(","),
    Name: n.name,
    Scope: "local",
    Label: label,
  };
}

export const NETWORK_LS: DockerCommand = {
  path: "network ls",
  use: "network ls [OPTIONS]",
  short: "List networks",
  aliases: ["list"],
  args: { min: 0, max: 0 },
  flags: [
    flag("filter|f", "list", "Provide filter values (e.g. 'driver=bridge')", { shows: " filter", check: checkFilter }),
    flag("format", "string", "Pretty-print networks using a Go template"),
    flag("no-trunc", "bool", "Do not truncate the output"),
    flag("quiet|q", "bool", "Only display network IDs"),
  ],
  run(call) {
    let networks = Object.values(call.daemon.engine.networks);
    for (const [name, values] of Object.entries(filtersOf(call))) {
      const test = FILTERS[name];
      if (name === "dangling") {
        // The list comes without the networks' containers, so each that people made counts as unused (filterNetworkByUse).
        networks = networks.filter((n) => isPredefined(n.name) !== (values[0] === "true" || values[0] === "1"));
      } else if (test) {
        networks = networks.filter((n) => values.some((v) => test(n, v)));
      } else {
        return die(call, fromDaemon(`Invalid filter '${name}'`));
      }
    }
    const result = formatList(
      {
        format: textOf(call, "format"),
        quiet: isOn(call, "quiet"),
        columns: "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}",
        headers: HEADERS,
        typeName: "*network.networkContext",
      },
      networks.sort((x, y) => naturalOrder(x.name, y.name)).map((n) => networkRow(call, n)),
    );
    if ("error" in result) return die(call, result.error);
    print(call, result.text);
    finish(call);
  },
};

/** Names with numbers by their numbers: net2 before net10 (sortorder.NaturalLess). */
function naturalOrder(x: string, y: string): number {
  const parts = (s: string) => s.match(/\d+|\D+/g) ?? [];
  const [xs, ys] = [parts(x), parts(y)];
  for (let i = 0; i < Math.min(xs.length, ys.length); i++) {
    const [a, b] = [xs[i] as string, ys[i] as string];
    if (a === b) continue;
    const numbers = /^\d/.test(a) && /^\d/.test(b);
    if (numbers && Number(a) !== Number(b)) return Number(a) - Number(b);
    return a < b ? -1 : 1;
  }
  return xs.length - ys.length;
}

const WARNING = "WARNING! This will remove all custom networks not used by at least one container.\n";

/** Removes all that nobody is in, and says which. */
export function pruneNetworks(call: Call): void {
  const { world, engine } = call.daemon;
  const labels = filtersOf(call).label ?? [];
  const deleted: string[] = [];
  // The Engine's store lists them by their ids.
  for (const network of Object.values(engine.networks).sort((x, y) => (x.id < y.id ? -1 : 1))) {
    if (isPredefined(network.name) || !hasLabels(network.labels, labels)) continue;
    if (removeNetwork(world, engine, network) === null) deleted.push(network.name);
  }
  pruneEvent(world, engine, "network");
  if (deleted.length > 0) print(call, `Deleted Networks:\n${deleted.join("\n")}\n\n`);
}

function prune(call: Call): void {
  pruneNetworks(call);
  finish(call);
}

export const NETWORK_PRUNE: DockerCommand = {
  path: "network prune",
  use: "network prune [OPTIONS]",
  short: "Remove all unused networks",
  args: { min: 0, max: 0 },
  flags: [
    flag("filter", "list", "Provide filter values (e.g. 'until=<timestamp>')", {
      shows: " filter",
      check: checkFilter,
    }),
    flag("force|f", "bool", "Do not prompt for confirmation"),
  ],
  run(call) {
    confirm(call, WARNING, prune);
  },
  resume(call, why) {
    if (why.type === "signal") finish(call, 130);
    else confirm(call, WARNING, prune);
  },
};

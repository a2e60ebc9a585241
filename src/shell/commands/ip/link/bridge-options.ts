/** Settings of bridges and ports behind `type bridge` and `type bridge_slave`: iplink_bridge.c, iplink_bridge_slave.c. */
import { EINVAL, EOPNOTSUPP, ERANGE } from "../../../../kernel/errno.ts";
import {
  setBridgePriority,
  setCallsIptables,
  setHelloTime,
  setMaxAge,
  setPathCost,
  setPortFlags,
  setPortPriority,
  setPortStateByHand,
} from "../../../../kernel/netdev/bridge/bridge.ts";
import { fdbFlush, setAgeing } from "../../../../kernel/netdev/bridge/learn.ts";
import { setForwardDelay, setStp } from "../../../../kernel/netdev/bridge/stp/stp.ts";
import { setMulticastSnooping } from "../../../../kernel/netdev/device.ts";
import type { NetDevice, World } from "../../../../kernel/types.ts";
import { notSimulated, quit } from "../../quit.ts";
import { invarg, type Line, matches, take, value } from "../args.ts";
import { unsigned } from "../number.ts";
import { CENTISECOND_NS, PORT_STATES } from "./details.ts";

/** A change to a device, which answers an errno. */
export type Change = (world: World, device: NetDevice) => number;

const done = (change: (world: World, device: NetDevice) => void): Change => {
  return (world, device) => {
    change(world, device);
    return 0;
  };
};

const ns = (centiseconds: number) => centiseconds * CENTISECOND_NS;

const BRIDGE_SETTINGS: Readonly<Record<string, (n: number) => Change>> = {
  forward_delay: (n) => (_, bridge) => setForwardDelay(bridge, ns(n)),
  hello_time: (n) => (_, bridge) => setHelloTime(bridge, ns(n)),
  max_age: (n) => (_, bridge) => setMaxAge(bridge, ns(n)),
  ageing_time: (n) => done((world, bridge) => setAgeing(world, bridge, ns(n))),
  stp_state: (n) => done((world, bridge) => setStp(world, bridge, n !== 0)),
  priority: (n) => (n > 65535 ? () => ERANGE : done((world, bridge) => setBridgePriority(world, bridge, n))),
  // CONFIG_BRIDGE_VLAN_FILTERING is off.
  vlan_filtering: () => () => EOPNOTSUPP,
  mcast_snooping: (n) => done((world, bridge) => setMulticastSnooping(world, bridge.id, n !== 0)),
  nf_call_iptables: (n) => done((world, bridge) => setCallsIptables(world, bridge, n !== 0)),
};

const OTHER_BRIDGE_SETTINGS = [
  ..."group_fwd_mask group_address no_linklocal_learn vlan_protocol vlan_default_pvid".split(" "),
  ..."vlan_stats_enabled vlan_stats_per_port mcast_vlan_snooping mcast_router mcast_query_use_ifaddr".split(" "),
  ..."mcast_querier mcast_hash_elasticity mcast_hash_max mcast_last_member_count mcast_startup_query_count".split(" "),
  ..."mcast_last_member_interval mcast_membership_interval mcast_querier_interval mcast_query_interval".split(" "),
  ..."mcast_query_response_interval mcast_startup_query_interval mcast_stats_enabled mcast_igmp_version".split(" "),
  ..."mcast_mld_version nf_call_ip6tables nf_call_arptables".split(" "),
];

export const BRIDGE_USAGE = `Usage: ... bridge [ fdb_flush ]
\t\t  [ forward_delay FORWARD_DELAY ]
\t\t  [ hello_time HELLO_TIME ]
\t\t  [ max_age MAX_AGE ]
\t\t  [ ageing_time AGEING_TIME ]
\t\t  [ stp_state STP_STATE ]
\t\t  [ priority PRIORITY ]
\t\t  [ mcast_snooping MULTICAST_SNOOPING ]
`;

/** Reads the words behind `type bridge`. The kernel applies them in its own order, which is that of BRIDGE_SETTINGS. */
export function bridgeChanges(line: Line): Change[] {
  const asked = new Map<string, Change>();
  for (let name = take(line); name !== undefined; name = take(line)) {
    const word = name;
    const setting = Object.keys(BRIDGE_SETTINGS).find((known) => matches(word, known));
    if (word === "fdb_flush")
      asked.set(
        word,
        done((world, bridge) => fdbFlush(world, bridge, false)),
      );
    else if (setting !== undefined) asked.set(setting, bridgeChange(line, setting));
    else if (OTHER_BRIDGE_SETTINGS.some((known) => matches(word, known))) notSimulated(line.sys, `bridge ${word}`);
    else if (matches(word, "help")) quit(line.sys, BRIDGE_USAGE, 1);
    else quit(line.sys, `bridge: unknown command "${word}"?\n${BRIDGE_USAGE}`, 1);
  }
  return [...Object.keys(BRIDGE_SETTINGS), "fdb_flush"].flatMap((name) => asked.get(name) ?? []);
}

function bridgeChange(line: Line, setting: string): Change {
  const text = value(line);
  const number = unsigned(text) ?? invarg(line, `invalid ${setting}`, text);
  return (BRIDGE_SETTINGS[setting] as (n: number) => Change)(number);
}

const PORT_FLAGS: Readonly<
  Record<string, "hairpin" | "learning" | "flood" | "mcastFlood" | "bcastFlood" | "isolated">
> = {
  hairpin: "hairpin",
  learning: "learning",
  flood: "flood",
  mcast_flood: "mcastFlood",
  bcast_flood: "bcastFlood",
  isolated: "isolated",
};

/** A port's flag by its word; null if there is none of that name. */
export function portFlagChange(name: string, on: boolean): Change | null {
  const flag = Object.hasOwn(PORT_FLAGS, name) ? PORT_FLAGS[name] : undefined;
  return flag === undefined ? null : done((world, port) => setPortFlags(world, port.id, { [flag]: on }));
}

export function portNumberChange(name: "state" | "priority" | "cost", n: number): Change {
  if (name === "priority") return (world, port) => setPortPriority(world, port.id, n);
  if (name === "cost") return (world, port) => setPathCost(world, port.id, n);
  return (world, port) => {
    const state = PORT_STATES[n];
    return state === undefined ? EINVAL : setPortStateByHand(world, port.id, state);
  };
}

/** Reads the words behind `type bridge_slave`. */
export function portChanges(line: Line): Change[] {
  const changes: Change[] = [];
  for (let name = take(line); name !== undefined; name = take(line)) {
    if (name === "state" || name === "priority" || name === "cost") {
      const text = value(line);
      changes.push(portNumberChange(name, unsigned(text) ?? invarg(line, `invalid ${name}`, text)));
    } else if (name === "fdb_flush") {
      notSimulated(line.sys, "bridge_slave fdb_flush");
    } else if (Object.hasOwn(PORT_FLAGS, name)) {
      changes.push(portFlagChange(name, onOffValue(line, name)) as Change);
    } else {
      quit(line.sys, `bridge_slave: unknown option "${name}"?\n`, 1);
    }
  }
  return changes;
}

function onOffValue(line: Line, name: string): boolean {
  const text = value(line);
  if (text !== "on" && text !== "off") {
    quit(line.sys, `Error: argument of "${name}" must be one of "off", "on", not "${text}"\n`, 234);
  }
  return text === "on";
}

/** `ethtool` 6.1: settings (plain), -i, -k, -K, -S and -P. */
import { iflink, linkwatchSync } from "../../kernel/netdev/carrier.ts";
import { devStats } from "../../kernel/netdev/stats.ts";
import type { NetDevice } from "../../kernel/types.ts";
import { dev, devByName } from "../../kernel/world.ts";
import { formatMac } from "../../wire/address.ts";
import { capable, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";
import { featuresText } from "./ethtool-features.ts";
import { notSimulated, quit, runToEnd } from "./quit.ts";

const BAD_ARGUMENTS = "ethtool: bad command line argument(s)\nFor more information run ethtool -h\n";

const USAGE = `ethtool version 6.1
Usage:
        ethtool [ FLAGS ]  DEVNAME\tDisplay standard information about device
        ethtool [ FLAGS ] -i|--driver DEVNAME\tShow driver information
        ethtool [ FLAGS ] -S|--statistics DEVNAME\tShow adapter statistics
        ethtool [ FLAGS ] -P|--show-permaddr DEVNAME\tShow permanent hardware address
        ethtool [ FLAGS ] -h|--help \t\tShow this help
        ethtool [ FLAGS ] --version \t\tShow version number
`;

export const ethtool: Program = {
  path: "/usr/sbin/ethtool",
  about: "show a device's driver, settings and counters",
  start: (sys, argv) => runToEnd(sys, () => runEthtool(sys, argv.slice(1))),
};

const OPTIONS: Readonly<Record<string, (sys: Sys, name: string) => number>> = {
  "-i": showDriver,
  "--driver": showDriver,
  "-S": showStatistics,
  "--statistics": showStatistics,
  "-k": showFeatures,
  "--show-features": showFeatures,
  "--show-offload": showFeatures,
  "-l": showChannels,
  "--show-channels": showChannels,
  "-T": showTimestamping,
  "--show-time-stamping": showTimestamping,
  "-P": showPermanent,
  "--show-permaddr": showPermanent,
  "-a": showNothing,
  "--show-pause": showNothing,
  "-c": showNothing,
  "--show-coalesce": showNothing,
  "-g": showNothing,
  "--show-ring": showNothing,
};

const OTHERS =
  /^-([sacgGAkKlLCdeErptnuNUTxXfwWmQ]|-(change|show-\S+|pause|features|offload|channels|set-\S+|reset|module-\S+))$/;

function runEthtool(sys: Sys, words: string[]): number {
  const [first, second, ...rest] = words;
  if (first === "-h" || first === "--help") {
    write(sys, 1, USAGE);
    return 0;
  }
  if (first === "--version") {
    write(sys, 1, "ethtool version 6.1\n");
    return 0;
  }
  if (first === undefined) quit(sys, BAD_ARGUMENTS, 1);
  if (!first.startsWith("-")) return showSettings(sys, first);
  if (/^(-K|--features|--offload)$/.test(first) && second !== undefined) return setFeatures(sys, first, second, rest);
  const command = Object.hasOwn(OPTIONS, first) ? OPTIONS[first] : undefined;
  if (command === undefined && OTHERS.test(first) && second !== undefined) notSimulated(sys, `ethtool ${first}`);
  if (command === undefined || second === undefined) return quit(sys, BAD_ARGUMENTS, 1);
  const [extra] = rest;
  if (extra !== undefined && command === showStatistics)
    quit(sys, `ethtool (${first}): unknown parameter '${extra}'\n`, 1);
  if (extra !== undefined) quit(sys, BAD_ARGUMENTS, 1);
  return command(sys, second);
}

/** -K: nothing is handed to a device here, so turning that off changes nothing and says nothing. */
function setFeatures(sys: Sys, option: string, name: string, settings: readonly string[]): number {
  const one = device(sys, name);
  if (one === null) return quit(sys, "netlink error: No such device\n", 92);
  if (!capable(sys, "NET_ADMIN")) return quit(sys, "netlink error: Operation not permitted\n", 92);
  const isOff = settings.every((word, i) => (i % 2 === 0 ? /^(rx|tx|sg|tso|gso|gro|lro)$/.test(word) : word === "off"));
  if (!isOff || settings.length % 2 !== 0 || one.kind === "loopback") notSimulated(sys, `ethtool ${option}`);
  return 0;
}

function device(sys: Sys, name: string): NetDevice | null {
  return devByName(sys.world, sys.proc.netns, name);
}

interface Driver {
  name: string;
  version: string;
  firmware: string;
  bus: string;
  statistics: boolean;
}

/** What the driver of a kind of device says of itself; null for loopback, which has none to ask. */
function driverOf(one: NetDevice): Driver | null {
  switch (one.kind) {
    case "veth":
      return { name: "veth", version: "1.0", firmware: "", bus: "", statistics: true };
    case "bridge":
      return { name: "bridge", version: "2.3", firmware: "N/A", bus: "N/A", statistics: false };
    case "nic":
      return { name: "virtio_net", version: "1.0.0", firmware: "", bus: "0000:00:03.0", statistics: true };
    case "vxlan":
      return { name: "vxlan", version: "0.1", firmware: "", bus: "", statistics: false };
    case "dummy":
      return { name: "dummy", version: "1.0", firmware: "", bus: "", statistics: false };
    default:
      return null;
  }
}

function showDriver(sys: Sys, name: string): number {
  const one = device(sys, name);
  if (one === null) quit(sys, "Cannot get driver information: No such device\n", 71);
  const driver = driverOf(one);
  if (driver === null) quit(sys, "Cannot get driver information: Operation not supported\n", 71);
  write(
    sys,
    1,
    `driver: ${driver.name}
version: ${driver.version}
firmware-version: ${driver.firmware}
expansion-rom-version: 
bus-info: ${driver.bus}
supports-statistics: ${driver.statistics ? "yes" : "no"}
supports-test: no
supports-eeprom-access: no
supports-register-dump: no
supports-priv-flags: no
`,
  );
  return 0;
}

const VETH_COUNTERS = [
  "rx_queue_0_xdp_packets",
  "rx_queue_0_xdp_bytes",
  "rx_queue_0_drops",
  "rx_queue_0_xdp_redirect",
  "rx_queue_0_xdp_drops",
  "rx_queue_0_xdp_tx",
  "rx_queue_0_xdp_tx_errors",
  "tx_queue_0_xdp_xmit",
  "tx_queue_0_xdp_xmit_errors",
];

function showStatistics(sys: Sys, name: string): number {
  const one = device(sys, name);
  if (one === null) quit(sys, "Cannot get stats strings information: No such device\n", 96);
  const counters: [string, number][] = [];
  if (one.kind === "veth") {
    counters.push(["peer_ifindex", iflink(sys.world, one)], ...VETH_COUNTERS.map((c): [string, number] => [c, 0]));
  } else if (one.kind === "nic") {
    const s = devStats(sys.world, one.id);
    counters.push(["rx_queue_0_packets", s.rxPackets], ["rx_queue_0_bytes", s.rxBytes]);
    counters.push(["tx_queue_0_packets", s.txPackets], ["tx_queue_0_bytes", s.txBytes]);
  }
  if (counters.length === 0) quit(sys, "no stats available\n", 94);
  const lines = counters.map(([counter, n]) => `     ${counter}: ${n}\n`);
  write(sys, 1, `NIC statistics:\n${lines.join("")}`);
  return 0;
}

function showFeatures(sys: Sys, name: string): number {
  const one = device(sys, name);
  if (one === null) quit(sys, "Cannot get device features: No such device\n", 1);
  write(sys, 1, featuresText(one) ?? notSimulated(sys, `ethtool -k of a ${one.kind} device`));
  return 0;
}

function showChannels(sys: Sys, name: string): number {
  if (device(sys, name)?.kind !== "veth") return showNothing(sys, name);
  const rows = (rx: number) => `RX:\t\t${rx}\nTX:\t\t${rx}\nOther:\t\tn/a\nCombined:\tn/a\n`;
  const head = `Channel parameters for ${name}:\nPre-set maximums:\n`;
  write(sys, 1, `${head}${rows(4)}Current hardware settings:\n${rows(1)}`);
  return 0;
}

/** All do it in software, if the driver helps on the way out. */
function showTimestamping(sys: Sys, name: string): number {
  const one = device(sys, name);
  if (one === null) return showNothing(sys, name);
  const out = one.kind === "bridge" ? "" : "\tsoftware-transmit\n";
  write(
    sys,
    1,
    `Time stamping parameters for ${name}:\nCapabilities:\n${out}\tsoftware-receive\n\tsoftware-system-clock\n` +
      "PTP Hardware Clock: none\nHardware Transmit Timestamp Modes: none\nHardware Receive Filter Modes: none\n",
  );
  return 0;
}

function showPermanent(sys: Sys, name: string): number {
  const one = device(sys, name);
  if (one === null) quit(sys, "netlink error: No such device\n", 1);
  write(sys, 1, `Permanent address: ${one.kind === "nic" ? formatMac(one.mac) : "not set"}\n`);
  return 0;
}

/** What no driver here can tell. */
function showNothing(sys: Sys, name: string): never {
  quit(sys, `netlink error: ${device(sys, name) === null ? "No such device" : "Operation not supported"}\n`, 1);
}

/** Each of the five questions that make up the settings fails by itself. */
function noDevice(sys: Sys): never {
  write(sys, 1, "No data available\n");
  quit(sys, "netlink error: no device matches name (offset 24)\nnetlink error: No such device\n".repeat(5), 75);
}

function showSettings(sys: Sys, name: string): number {
  const one = device(sys, name) ?? noDevice(sys);
  linkwatchSync(sys.world, one);
  const link = one.up && one.carrier ? "yes" : "no";
  const head = `Settings for ${name}:\n`;
  const modes = `\tSupported ports: [  ]
\tSupported link modes:   Not reported
\tSupported pause frame use: No
\tSupports auto-negotiation: No
\tSupported FEC modes: Not reported
\tAdvertised link modes:  Not reported
\tAdvertised pause frame use: No
\tAdvertised auto-negotiation: No
\tAdvertised FEC modes: Not reported
`;
  if (one.kind === "loopback" || one.kind === "dummy" || one.kind === "ipip") {
    write(sys, 1, `${head}\tLink detected: ${link}\n`);
    return 0;
  }
  const isBridge = one.bridge !== null || one.vxlan?.link === null;
  const duplex = isBridge ? "Unknown! (255)" : "Full";
  const port = isBridge ? "Other" : "Twisted Pair";
  const speed = linkSpeed(sys, one);
  // Wake-on-LAN is told to administrators alone.
  if (!capable(sys, "NET_ADMIN")) write(sys, 2, "netlink error: Operation not permitted\n");
  write(
    sys,
    1,
    `${head}${modes}\tSpeed: ${speed === null ? "Unknown!" : `${speed}Mb/s`}
\tDuplex: ${duplex}
\tAuto-negotiation: off
\tPort: ${port}
\tPHYAD: 0
\tTransceiver: internal
${isBridge ? "" : "\tMDI-X: Unknown\n"}\tLink detected: ${link}
`,
  );
  return 0;
}

/** Mb/s: that of a cable or veth, of a VXLAN device that of the device below, of a bridge that of its fastest port that runs; null when not known. */
function linkSpeed(sys: Pick<Sys, "world">, one: NetDevice): number | null {
  if (one.kind === "veth" || one.kind === "nic" || one.vxlan?.link != null) return 10_000;
  const ports = one.bridge?.ports.map((id) => dev(sys.world, id)) ?? [];
  return ports.some((port) => port.up && port.carrier && linkSpeed(sys, port) !== null) ? 10_000 : null;
}

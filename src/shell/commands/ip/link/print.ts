/** How `ip link` and `ip addr` print a device: print_linkinfo and print_linkinfo_brief of ip/ipaddress.c. */

import { operstate } from "../../../../kernel/netdev/carrier.ts";
import { devStats } from "../../../../kernel/netdev/stats.ts";
import { nsidAlloc } from "../../../../kernel/nsid.ts";
import type { NetDevice, World } from "../../../../kernel/types.ts";
import { formatIpv4, formatMac, IPV4_ANY } from "../../../../wire/address.ts";
import type { Sys } from "../../../types.ts";
import {
  devFlags,
  IFF_ALLMULTI,
  IFF_BROADCAST,
  IFF_LOOPBACK,
  IFF_LOWER_UP,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_POINTOPOINT,
  IFF_PROMISC,
  IFF_RUNNING,
  IFF_UP,
} from "../../dev-flags.ts";
import { netnsName } from "../../netns-names.ts";
import type { Line, Options } from "../args.ts";
import { paint } from "../color.ts";
import { linkDetails } from "./details.ts";

const FLAG_WORDS: readonly (readonly [number, string])[] = [
  [IFF_LOOPBACK, "LOOPBACK"],
  [IFF_BROADCAST, "BROADCAST"],
  [IFF_POINTOPOINT, "POINTOPOINT"],
  [IFF_MULTICAST, "MULTICAST"],
  [IFF_NOARP, "NOARP"],
  [IFF_ALLMULTI, "ALLMULTI"],
  [IFF_PROMISC, "PROMISC"],
  [IFF_UP, "UP"],
  [IFF_LOWER_UP, "LOWER_UP"],
];

/** The other end as the kernel names it: by number, and by namespace if it is in another one. */
function peerElsewhere(world: World, device: NetDevice): NetDevice | null {
  const peer = device.kind === "veth" && device.peer !== null ? world.devs[device.peer] : null;
  return peer && peer.netns !== device.netns ? peer : null;
}

/** "eth0", "eth0@if5" (the other end is in another namespace) or "va@vb". */
export function nameAndLink(world: World, device: NetDevice): string {
  const peer = device.kind === "veth" && device.peer !== null ? world.devs[device.peer] : null;
  if (device.ipTunnel !== null) return `${device.name}@${world.devs[device.ipTunnel.link ?? -1]?.name ?? "NONE"}`;
  if (!peer) return device.name;
  return `${device.name}@${peer.netns === device.netns ? peer.name : `if${peer.ifindex}`}`;
}

/** The words between < and >. */
export function flagWords(world: World, device: NetDevice): string[] {
  const flags = devFlags(world, device);
  const words = flags & IFF_UP && !(flags & IFF_RUNNING) ? ["NO-CARRIER"] : [];
  for (const [bit, word] of FLAG_WORDS) if (flags & bit) words.push(word);
  const peer = device.kind === "veth" && device.peer !== null ? world.devs[device.peer] : null;
  if (peer && peer.netns === device.netns && !peer.up) words.push("M-DOWN");
  return words;
}

export function masterName(world: World, device: NetDevice): string | null {
  return device.master === null ? null : (world.devs[device.master]?.name ?? null);
}

/** "02:42:…", or an IPIP tunnel's own address. */
export function hardwareAddress(device: NetDevice): string {
  return device.ipTunnel === null ? formatMac(device.mac) : formatIpv4(device.ipTunnel.local);
}

export function broadcastMac(device: NetDevice): string {
  if (device.ipTunnel !== null) return formatIpv4(device.ipTunnel.remote);
  return device.kind === "loopback" ? "00:00:00:00:00:00" : "ff:ff:ff:ff:ff:ff";
}

export function groupName(device: NetDevice): string {
  return device.group === 0 ? "default" : String(device.group);
}

export function linkType(device: NetDevice): string {
  return device.kind === "loopback" ? "loopback" : device.kind === "ipip" ? "ipip" : "ether";
}

/** The line of `ip -br link`, or without address and flags that of `ip -br addr` as far as the device goes. */
export function briefLink(world: World, device: NetDevice, withLink: boolean, options: Options): string {
  const name = paint(options, "ifname", `${nameAndLink(world, device).padEnd(16)} `);
  const head = `${name}${paintState(options, operstate(world, device), (state) => `${state.padEnd(14)} `)}`;
  if (!withLink) return head;
  return `${head}${paint(options, "mac", `${hardwareAddress(device)} `)}<${flagWords(world, device).join(",")}> `;
}

/** A state in its colour, if it has one: oper_state_color. */
function paintState(options: Options, state: string, layOut: (state: string) => string): string {
  if (state === "UP" || state === "DOWN") return paint(options, state === "UP" ? "up" : "down", layOut(state));
  return layOut(state);
}

/** What follows the broadcast address when the other end is in another namespace. */
export function linkNetns(sys: Sys, device: NetDevice): { netns: string } | { netnsid: number } | null {
  const peer = peerElsewhere(sys.world, device);
  if (peer === null) return null;
  // The kernel gives the number when it reports the link, if it has none yet.
  const id = nsidAlloc(sys.world, device.netns, peer.netns);
  const name = netnsName(sys, peer.netns);
  return name === null ? { netnsid: id } : { netns: name };
}

/**
 * The lines of a device without their last newline.
 * @param mode whether "mode DEFAULT" is shown (`ip link`) or not (`ip addr`)
 * @param withAddress whether the line of the link-layer address is shown
 */
export function linkLines(line: Line, device: NetDevice, mode: boolean, withAddress = true): string {
  const { sys, options } = line;
  const { world } = sys;
  const newline = options.oneline ? "\\" : "\n";
  const master = masterName(world, device);
  let text = `${device.ifindex}: ${paint(options, "ifname", `${nameAndLink(world, device)}: `)}`;
  text += `<${flagWords(world, device).join(",")}> mtu ${device.mtu}`;
  text += ` qdisc ${device.qdisc ? "noqueue" : "noop"}`;
  if (master !== null) text += ` master ${master}`;
  text += ` state ${paintState(options, operstate(world, device), (state) => `${state} `)}`;
  text += `${mode ? "mode DEFAULT " : ""}group ${groupName(device)} `;
  if (device.txQueueLen > 0) text += `qlen ${device.txQueueLen}`;
  text += withAddress ? newline + addressLine(line, device, newline, mode) : netnsText(sys, device);
  if (options.stats > 0 && mode) text += newline + statsLines(line, device, newline);
  return device.alias === "" || !mode ? text : `${text}${newline}    alias ${device.alias}`;
}

/** A tunnel between two ends names the other one where others name the broadcast address. */
function farWord(device: NetDevice): string {
  return device.ipTunnel !== null && device.ipTunnel.remote !== IPV4_ANY ? "peer" : "brd";
}

function addressLine(line: Line, device: NetDevice, newline: string, mode: boolean): string {
  const { options } = line;
  let text = `    link/${linkType(device)} ${paint(options, "mac", hardwareAddress(device))}`;
  text += ` ${farWord(device)} ${paint(options, "mac", broadcastMac(device))}`;
  text += netnsText(line.sys, device);
  return options.details > 0 ? text + linkDetails(line.sys.world, device, newline, mode) : text;
}

function netnsText(sys: Sys, device: NetDevice): string {
  const where = linkNetns(sys, device);
  if (where === null) return "";
  return "netns" in where ? ` link-netns ${where.netns}` : ` link-netnsid ${where.netnsid}`;
}

/** Narrowest widths of the seven columns of counters. */
const COLUMNS = [10, 7, 6, 7, 7, 7, 10] as const;

/** print_stats64: RX and TX counters, with -s -s the kinds of errors too. */
export function statsLines(line: Line, device: NetDevice, newline: string): string {
  const s = devStats(line.sys.world, device.id);
  const rx = [s.rxBytes, s.rxPackets, 0, s.rxDropped, 0, s.multicast].map((n) => shown(line, n));
  const tx = [s.txBytes, s.txPackets, s.txErrors, s.txDropped, 0, 0].map((n) => shown(line, n));
  const widths = COLUMNS.map((least, i) => Math.max(least, rx[i]?.length ?? 0, tx[i]?.length ?? 0));
  const cells = (texts: readonly string[], from = 0) =>
    texts.map((t, i) => t.padStart(widths[from + i] as number)).join(" ");
  const table = (head: string, names: readonly string[], numbers: readonly string[]) =>
    `    ${head}${"bytes".padStart((widths[0] as number) - 4)} ${cells([...names, ""], 1)}${newline}    ${cells(numbers)} `;
  const errors = (head: string, names: readonly string[], last: number) => {
    const none = ["0", "0", "0", "0", String(last)];
    const indent = " ".repeat(widths[0] as number);
    return `${newline}    ${head.padEnd(widths[0] as number)} ${cells(names, 1)}${newline}    ${indent} ${cells(none, 1)} `;
  };
  let text = table("RX: ", ["packets", "errors", "dropped", "missed", "mcast"], rx);
  if (line.options.stats > 1) text += errors("RX errors:", ["length", "crc", "frame", "fifo", "overrun"], 0);
  text += newline + table("TX: ", ["packets", "errors", "dropped", "carrier", "collsns"], tx);
  if (line.options.stats < 2) return text;
  return (
    text +
    errors("TX errors:", ["aborted", "fifo", "window", "heartbt", "transns"], device.carrierUps + device.carrierDowns)
  );
}

const UNITS = ["", "k", "M", "G", "T"] as const;

/** A counter, with -h in thousands (print_num). */
function shown(line: Line, n: number): string {
  if (!line.options.human || n < 1000) return String(n);
  let unit = 0;
  let rest = n;
  while (rest >= 1000 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${rest < 10 ? rest.toFixed(2) : rest < 100 ? rest.toFixed(1) : rest.toFixed(0)}${UNITS[unit]}`;
}

/** The words of `ip link add`, `set` and `delete` up to `type`: iplink_parse of ip/iplink.c. */
import type { NetDevice, NetnsId } from "../../../../kernel/types.ts";
import { netnsByName, netnsOfPid } from "../../netns-names.ts";
import { notSimulated, quit } from "../../quit.ts";
import {
  device,
  duparg,
  duparg2,
  invarg,
  type Line,
  lladdrBytes,
  matches,
  numberValue,
  onOff,
  take,
  value,
  word,
} from "../args.ts";
import { unsigned } from "../number.ts";
import { usage } from "../usage.ts";

/** What the words ask for; null is "not said". */
export interface LinkRequest {
  /** The word that names the device, and the one behind `name`. */
  dev: string | null;
  name: string | null;
  up: boolean | null;
  index: number | null;
  /** Bytes of the link-layer address. */
  address: number[] | null;
  txQueueLen: number | null;
  mtu: number | null;
  netns: NetnsId | null;
  multicast: boolean | null;
  allmulticast: boolean | null;
  promisc: boolean | null;
  arp: boolean | null;
  alias: string | null;
  group: number | null;
  carrier: boolean | null;
  /** What a new device sits on. */
  link: NetDevice | null;
  /** The bridge to join, or "none". */
  master: NetDevice | "none" | null;
  type: string | null;
}

function emptyRequest(): LinkRequest {
  return {
    dev: null,
    name: null,
    up: null,
    index: null,
    address: null,
    txQueueLen: null,
    mtu: null,
    netns: null,
    multicast: null,
    allmulticast: null,
    promisc: null,
    arp: null,
    alias: null,
    group: null,
    carrier: null,
    link: null,
    master: null,
    type: null,
  };
}

/** iproute2's check_altifname; for a name behind `name` the length counts, too (check_ifname). */
function isValidIfname(name: string): boolean {
  return name !== "" && !/[/\s]/.test(name);
}

/** Reads up to the end or past `type TYPE`, whose own words then follow. */
export function parseLink(line: Line): LinkRequest {
  const request = emptyRequest();
  for (let text = word(line); text !== undefined && request.type === null; text = word(line)) {
    line.at++;
    if (!readSwitch(line, request, text) && !readValue(line, request, text)) readName(line, request, text);
  }
  request.name ??= request.dev;
  request.dev ??= request.name;
  return request;
}

function readSwitch(line: Line, request: LinkRequest, text: string): boolean {
  if (text === "up") request.up = true;
  else if (text === "down") request.up = false;
  else if (text === "multicast") request.multicast = onOff(line, text);
  else if (text === "allmulticast") request.allmulticast = onOff(line, text);
  else if (text === "promisc") request.promisc = onOff(line, text);
  else if (text === "arp") request.arp = onOff(line, text);
  else if (text === "trailers" || text === "dynamic" || text === "protodown") onOff(line, text);
  else if (text === "carrier") request.carrier = onOff(line, text);
  else if (matches(text, "nomaster") && text !== "n") request.master = "none";
  else return false;
  return true;
}

function readValue(line: Line, request: LinkRequest, text: string): boolean {
  if (text === "name") {
    const name = value(line);
    if (request.name !== null) duparg(line, "name", name);
    if (!isValidIfname(name) || name.length > 15) invarg(line, '"name" not a valid ifname', name);
    request.name = name;
  } else if (matches(text, "index")) {
    const number = value(line);
    if (request.index !== null) duparg(line, "index", number);
    request.index = unsigned(number, 0x7fff_ffff) ?? 0;
    if (request.index === 0) invarg(line, 'Invalid "index" value', number);
  } else if (matches(text, "link")) {
    const name = value(line);
    request.link = device(line, name) ?? quit(line.sys, `Cannot find device "${name}"\n`, 1);
  } else if (matches(text, "address")) {
    request.address = lladdrBytes(line, value(line));
  } else if (matches(text, "broadcast", "brd")) {
    lladdrBytes(line, value(line));
  } else if (matches(text, "txqueuelen", "txqlen") || text === "qlen") {
    request.txQueueLen = numberValue(line, 'Invalid "txqueuelen" value\n', 0x7fff_ffff);
  } else if (text === "mtu") {
    request.mtu = numberValue(line, 'Invalid "mtu" value\n', 0x7fff_ffff);
  } else if (text === "netns") {
    request.netns = netnsValue(line);
  } else if (matches(text, "master")) {
    const name = value(line);
    request.master = device(line, name) ?? invarg(line, "Device does not exist\n", name);
  } else if (matches(text, "type")) {
    request.type = value(line);
  } else if (matches(text, "alias")) {
    request.alias = value(line);
  } else if (text === "group") {
    request.group = groupValue(line);
  } else if (text === "mode" || text === "state" || /^(gso|gro|num[tr]x)/.test(text)) {
    value(line);
  } else if (text === "vrf" || text === "vf" || text === "xdp" || text === "addrgenmode") {
    notSimulated(line.sys, `ip link ${text}`);
  } else return false;
  return true;
}

/** A group by number or as "default", which is all that /etc/iproute2/group has. */
export function groupValue(line: Line): number {
  const text = value(line);
  return text === "default" ? 0 : (unsigned(text, 0x7fff_ffff) ?? invarg(line, 'Invalid "group" value\n', text));
}

function netnsValue(line: Line): NetnsId {
  const text = value(line);
  const named = netnsByName(line.sys, text);
  if (named !== null) return named.id;
  const pid = unsigned(text, 0x7fff_ffff);
  if (pid === null) invarg(line, 'Invalid "netns" value\n', text);
  return netnsOfPid(line.sys, pid) ?? quit(line.sys, "RTNETLINK answers: No such process\n", 2);
}

function readName(line: Line, request: LinkRequest, text: string): void {
  if (matches(text, "help")) usage(line, "link");
  const name = text === "dev" ? value(line) : text;
  if (request.dev !== null) duparg2(line, "dev", name);
  if (!isValidIfname(name)) invarg(line, '"dev" not a valid ifname', name);
  request.dev = name;
}

/** Words that nobody took. */
export function refuseRest(line: Line): void {
  const rest = take(line);
  if (rest === undefined) return;
  if (matches(rest, "help")) usage(line, "link");
  quit(line.sys, `Garbage instead of arguments "${rest} ...". Try "ip link help".\n`, 1);
}

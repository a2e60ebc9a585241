/** The words behind `type vxlan`: ip/iplink_vxlan.c of iproute2. How they are printed is vxlan-print.ts's. */
import { EINVAL, EOPNOTSUPP } from "../../../../kernel/errno.ts";
import type { Vxlan } from "../../../../kernel/tunnel/types.ts";
import { type VxlanConfig, vxlanDefaults } from "../../../../kernel/tunnel/vxlan.ts";
import { vxlanFdbAppend, vxlanFdbDel } from "../../../../kernel/tunnel/vxlan-fdb.ts";
import type { NetDevice, World } from "../../../../kernel/types.ts";
import { formatIpv4, IPV4_ANY, isMulticastIpv4, MAC_ZERO } from "../../../../wire/address.ts";
import { VXLAN_PORT_LINUX } from "../../../../wire/vxlan.ts";
import { write } from "../../../process.ts";
import { notSimulated, quit } from "../../quit.ts";
import { addressOf, deviceOrQuit, invarg, type Line, matches, take, value } from "../args.ts";
import { unsigned } from "../number.ts";

export const VXLAN_USAGE = `Usage: ... vxlan id VNI
		[ { group | remote } IP_ADDRESS ]
		[ local ADDR ]
		[ ttl TTL ]
		[ tos TOS ]
		[ df DF ]
		[ flowlabel LABEL ]
		[ dev PHYS_DEV ]
		[ dstport PORT ]
		[ srcport MIN MAX ]
		[ [no]learning ]
		[ [no]proxy ]
		[ [no]rsc ]
		[ [no]l2miss ]
		[ [no]l3miss ]
		[ ageing SECONDS ]
		[ maxaddress NUMBER ]
		[ [no]udpcsum ]
		[ [no]udp6zerocsumtx ]
		[ [no]udp6zerocsumrx ]
		[ [no]remcsumtx ] [ [no]remcsumrx ]
		[ [no]external ] [ gbp ] [ gpe ]
		[ [no]vnifilter ]

Where:	VNI	:= 0-16777215
	ADDR	:= { IP_ADDRESS | any }
	TOS	:= { NUMBER | inherit }
	TTL	:= { 1..255 | auto | inherit }
	DF	:= { unset | set | inherit }
	LABEL := 0-1048575
`;

const NO_PORT = `vxlan: destination port not specified
Will use Linux kernel default (non-standard value)
Use 'dstport 4789' to get the IANA assigned value
Use 'dstport 0' to get default and quiet this message
`;

/** What was said; the rest stays as it is. */
export type VxlanWords = Partial<VxlanConfig>;

/** FDB_AGE_DEFAULT */
const AGEING_DEFAULT_S = 300;

const SWITCHES = {
  learning: "learning",
  proxy: "proxy",
  rsc: "rsc",
  l2miss: "l2miss",
  l3miss: "l3miss",
  udpcsum: "udpcsum",
} as const satisfies Record<string, keyof VxlanConfig>;

/** Reads to the end of the line. */
export function vxlanWords(line: Line): VxlanWords {
  const words: VxlanWords = {};
  for (let text = take(line); text !== undefined; text = take(line)) {
    if (!readSwitch(words, text) && !readAddress(line, words, text) && !readNumber(line, words, text)) {
      refuse(line, text);
    }
  }
  if (words.remote !== undefined && isMulticastIpv4(words.remote) && words.link === undefined) {
    quit(line.sys, "vxlan: 'group' requires 'dev' to be specified\n", 1);
  }
  return words;
}

/** A new device's settings; without an id the kernel refuses (null). */
export function newVxlan(line: Line): VxlanConfig | null {
  const words = vxlanWords(line);
  if (words.vni === undefined) return null;
  if (words.port === undefined) write(line.sys, 2, NO_PORT);
  const config = { ...vxlanDefaults(words.vni), ...words };
  // 0 is "the default" for both.
  return { ...config, port: config.port || VXLAN_PORT_LINUX, ageing_s: config.ageing_s || AGEING_DEFAULT_S };
}

function readSwitch(words: VxlanWords, text: string): boolean {
  const on = !text.startsWith("no");
  const name = on ? text : text.slice(2);
  if (/^(udp6zerocsum[tr]x)$/.test(name)) return true;
  if (!Object.hasOwn(SWITCHES, name)) return false;
  words[SWITCHES[name as keyof typeof SWITCHES]] = on;
  return true;
}

function readAddress(line: Line, words: VxlanWords, text: string): boolean {
  if (text === "group" || text === "remote") {
    const address = addressOf(line, value(line));
    if (text === "group" && !isMulticastIpv4(address)) invarg(line, "invalid group address", formatIpv4(address));
    if (text === "remote" && isMulticastIpv4(address)) invarg(line, "invalid remote address", formatIpv4(address));
    words.remote = address;
  } else if (text === "local") words.local = addressOf(line, value(line));
  else if (text === "dev") words.link = deviceOrQuit(line, value(line), 255).id;
  else return false;
  return true;
}

function readNumber(line: Line, words: VxlanWords, text: string): boolean {
  const number = (message: string, max: number) => {
    const said = value(line);
    return unsigned(said, max) ?? invarg(line, message, said);
  };
  if (text === "id" || text === "vni") words.vni = number("invalid id", 0xff_ffff);
  else if (text === "dstport") words.port = number("dst port", 65535);
  else if (text === "srcport" || text === "port") {
    words.srcPortMin = number("min port", 65535);
    words.srcPortMax = number("max port", 65535);
  } else if (text === "ageing") words.ageing_s = readWord(line, ["none", 0], () => number("ageing timer", 0xffff_ffff));
  else if (text === "maxaddress") {
    words.maxAddress = readWord(line, ["unlimited", 0], () => number("max addresses", 0xffff_ffff));
  } else if (text === "ttl" || text === "hoplimit") {
    words.ttl = readWord(line, ["auto", 0], () => {
      const said = value(line);
      return unsigned(said, 255) ?? invarg(line, said === "inherit" ? "ttl inherit" : "invalid TTL", said);
    });
  } else if (text === "tos" || text === "dsfield") {
    words.tos = readWord(line, ["inherit", 1], () => number('"tos" value is invalid\n', 255));
  } else if (text === "df") {
    const said = value(line);
    if (said !== "unset" && said !== "set" && said !== "inherit")
      invarg(line, "DF must be 'unset', 'set' or 'inherit'", said);
    words.df = said;
  } else return false;
  return true;
}

/** A word instead of a number. */
function readWord(line: Line, [word, meaning]: readonly [string, number], number: () => number): number {
  if (line.words[line.at] !== word) return number();
  line.at++;
  return meaning;
}

function refuse(line: Line, text: string): never {
  if (/^(no)?(remcsum[tr]x|external|gbp|gpe|vnifilter)$|^flowlabel$/.test(text))
    notSimulated(line.sys, `vxlan ${text}`);
  if (matches(text, "help")) quit(line.sys, VXLAN_USAGE, 255);
  return quit(line.sys, `vxlan: unknown command "${text}"?\n${VXLAN_USAGE}`, 1);
}

/** What the kernel lets nobody change afterwards, with its words. */
const FIXED: readonly (readonly [keyof VxlanConfig, string])[] = [["vni", "Cannot change VNI"]];

/** What the kernel refuses even when it is as it was. */
const NEVER_SAID: readonly (readonly [keyof VxlanConfig, string])[] = [
  ["proxy", "vxlan: cannot change PROXY flag"],
  ["rsc", "vxlan: cannot change RSC flag"],
  ["l2miss", "vxlan: cannot change L2MISS flag"],
  ["l3miss", "vxlan: cannot change L3MISS flag"],
  ["udpcsum", "Cannot change UDP_CSUM flag"],
  ["maxAddress", "Cannot change limit"],
  ["srcPortMin", "Cannot change port range"],
  ["port", "Cannot change port"],
];

/** `ip link set … type vxlan …`: 0, or the kernel's complaint. */
export function changeVxlan(world: World, device: NetDevice, words: VxlanWords): 0 | { errno: number; words: string } {
  const vxlan = device.vxlan as Vxlan;
  if (Object.keys(words).length === 0) {
    return { errno: EINVAL, words: "Required attributes not provided to perform the operation" };
  }
  for (const [key, complaint] of FIXED) {
    if (words[key] !== undefined && words[key] !== vxlan[key]) return { errno: EOPNOTSUPP, words: complaint };
  }
  for (const [key, complaint] of NEVER_SAID) {
    if (words[key] !== undefined) return { errno: EOPNOTSUPP, words: complaint };
  }
  if (words.remote !== undefined && words.remote !== vxlan.remote) {
    const at = (ip: Vxlan["remote"]) => ({ ip, port: vxlan.port, vni: vxlan.vni, dev: vxlan.link });
    if (vxlan.remote !== IPV4_ANY) vxlanFdbDel(world, device, MAC_ZERO, at(vxlan.remote));
    if (words.remote !== IPV4_ANY) vxlanFdbAppend(world, device, MAC_ZERO, at(words.remote));
  }
  Object.assign(vxlan, words);
  return 0;
}

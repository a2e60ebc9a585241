/** `arp` of net-tools 2.10. */
import { ENODEV, ENXIO, EPERM, strerror } from "../../../kernel/errno.ts";
import { arpIoctlDel, arpIoctlSet, type NeighEntry, neighProxyAdd } from "../../../kernel/neigh/admin.ts";
import type { NetDevice } from "../../../kernel/types.ts";
import { devByName } from "../../../kernel/world.ts";
import { formatIpv4, formatMac, type Ipv4, MAC_ZERO, type Mac, parseMac } from "../../../wire/address.ts";
import { knownAddress } from "../../names/hosts.ts";
import { arpEntries, arpFlags } from "../../net-tables.ts";
import { capable, write } from "../../process.ts";
import type { Program, Sys } from "../../types.ts";
import { notSimulated, quit, runToEnd } from "../quit.ts";
import { printNamed, type Row, wakeNamed } from "./named-rows.ts";

const USAGE = `Usage:
  arp [-vn]  [<HW>] [-i <if>] [-a] [<hostname>]             <-Display ARP cache
  arp [-v]          [-i <if>] -d  <host>                     <-Delete ARP entry
  arp [-v]   [<HW>] [-i <if>] -s  <host> <hwaddr> [temp]            <-Add entry

        -a                       display (all) hosts in alternative (BSD) style
        -e                       display (all) hosts in default (Linux) style
        -s, --set                set a new ARP entry
        -d, --delete             delete a specified entry
        -v, --verbose            be verbose
        -n, --numeric            don't resolve names
        -i, --device             specify network interface (e.g. eth0)

  <HW>=Use '-H <hw>' to specify hardware address type. Default: ether
`;

export const arp: Program = {
  path: "/usr/sbin/arp",
  about: "show and change neighbours (the older tool)",
  start: (sys, argv) => runToEnd(sys, () => runArp(sys, argv.slice(1))),
  wake: wakeNamed,
};

interface Options {
  mode: "show" | "set" | "delete";
  bsd: boolean;
  numeric: boolean;
  verbose: boolean;
  dev: string | null;
  /** -D: the hardware address is that of the device of this name. */
  useDevice: boolean;
  words: string[];
}

const LONG: Readonly<Record<string, string>> = {
  "--numeric": "n",
  "--verbose": "v",
  "--set": "s",
  "--delete": "d",
  "--all": "a",
};

/** The exit status; null while names are looked up. */
function runArp(sys: Sys, argv: string[]): number | null {
  const options: Options = {
    mode: "show",
    bsd: false,
    numeric: false,
    verbose: false,
    dev: null,
    useDevice: false,
    words: [],
  };
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (!word.startsWith("-") || word === "-") options.words.push(word);
    else if (word === "--help" || word === "-h") {
      write(sys, 1, USAGE);
      return 0;
    } else if (word === "--version" || word === "-V") {
      write(sys, 1, "net-tools 2.10\n");
      return 0;
    } else
      at += readLetters(sys, options, Object.hasOwn(LONG, word) ? (LONG[word] as string) : word.slice(1), argv, at);
  }
  if (options.mode === "set") return setEntry(sys, options);
  if (options.mode === "delete") return deleteEntry(sys, options);
  return showEntries(sys, options);
}

/** Applies the letters of one option word; returns how many of the next words it took. */
function readLetters(sys: Sys, options: Options, letters: string, argv: string[], at: number): number {
  for (const letter of letters) {
    if (letter === "a") options.bsd = true;
    else if (letter === "e") options.bsd = false;
    else if (letter === "n") options.numeric = true;
    else if (letter === "v") options.verbose = true;
    else if (letter === "s") options.mode = "set";
    else if (letter === "d") options.mode = "delete";
    else if (letter === "i") {
      options.dev = argv[at + 1] ?? quit(sys, `arp: option requires an argument -- 'i'\n${USAGE}`, 3);
      return 1;
    } else if (letter === "H" || letter === "t" || letter === "A" || letter === "p") {
      const kind = argv[at + 1] ?? "";
      if (!/^(ether|inet)$/.test(kind)) {
        quit(
          sys,
          `arp: ${kind}: unknown ${letter === "A" || letter === "p" ? "address family" : "hardware type"}.\n`,
          255,
        );
      }
      return 1;
    } else if (letter === "D") options.useDevice = true;
    else if (letter === "f") notSimulated(sys, `arp -${letter}`);
    else quit(sys, `arp: invalid option -- '${letter}'\n${USAGE}`, 3);
  }
  return 0;
}

function showEntries(sys: Sys, options: Options): null {
  const [host] = options.words;
  const wanted = host === undefined ? null : addressOf(sys, host);
  const all = arpEntries(sys.world, sys.proc.netns);
  const device = (entry: NeighEntry) => (sys.world.devs[entry.dev] as NetDevice).name;
  const found = all.filter(
    (entry) => (wanted === null || entry.ip === wanted) && (options.dev === null || device(entry) === options.dev),
  );
  if (found.length > 0 && !options.bsd) {
    write(sys, 1, "Address                  HWtype  HWaddress           Flags Mask            Iface\n");
  }
  const row = options.bsd ? bsdRow : tableRow;
  const rows = found.map((entry) => row(options, entry, device(entry)));
  const counts = `Entries: ${all.length}\tSkipped: ${all.length - found.length}\tFound: ${found.length}\n`;
  let tail = options.verbose ? counts : "";
  if (found.length === 0 && host !== undefined && !options.bsd)
    tail += `${host} (${formatIpv4(wanted as Ipv4)}) -- no entry\n`;
  else if (found.length === 0 && (host !== undefined || options.dev !== null)) {
    tail += `arp: in ${all.length} entries no match found.\n`;
  }
  printNamed(sys, rows, tail);
  return null;
}

function tableRow(options: Options, entry: NeighEntry, device: string): Row {
  const text = formatIpv4(entry.ip);
  const name = options.numeric ? text.padEnd(23) : { address: entry.ip, otherwise: text, width: 23 };
  const flags = arpFlags(entry);
  if (flags === 0) return [name, `  ${"".padEnd(8)}${"(incomplete)".padEnd(20)}${"".padEnd(22)}${device}`];
  const letters = `C${flags & 4 ? "M" : ""}`;
  return [name, `  ${"ether".padEnd(8)}${formatMac(entry.mac ?? MAC_ZERO).padEnd(20)}${letters.padEnd(22)}${device}`];
}

function bsdRow(options: Options, entry: NeighEntry, device: string): Row {
  const name = options.numeric ? "?" : { address: entry.ip, otherwise: "?", width: 0 };
  const flags = arpFlags(entry);
  const at = flags === 0 ? "<incomplete>" : `${formatMac(entry.mac ?? MAC_ZERO)} [ether]`;
  return [name, ` (${formatIpv4(entry.ip)}) at ${at} ${flags & 4 ? "PERM " : ""}on ${device}`];
}

function addressOf(sys: Sys, text: string): Ipv4 {
  return (
    knownAddress(sys, text) ??
    quit(sys, `${text}: ${/^[0-9]/.test(text) ? "Unknown host" : "Host name lookup failure"}\n`, 255)
  );
}

/** The device of -i, or null when none was given; ENODEV if there is none of that name. */
function givenDevice(sys: Sys, options: Options): NetDevice | null | typeof ENODEV {
  if (options.dev === null) return null;
  return devByName(sys.world, sys.proc.netns, options.dev) ?? ENODEV;
}

function deleteEntry(sys: Sys, options: Options): number {
  const [host] = options.words;
  if (host === undefined) quit(sys, "arp: need host name\n", 255);
  const ip = addressOf(sys, host);
  const device = givenDevice(sys, options);
  let errno: number;
  if (!capable(sys, "NET_ADMIN")) errno = EPERM;
  else if (device === ENODEV) errno = ENODEV;
  else errno = arpIoctlDel(sys.world, sys.proc.netns, ip, device?.id);
  if (errno === ENXIO) {
    write(sys, 1, `No ARP entry for ${host}\n`);
    return 255;
  }
  if (errno !== 0) quit(sys, `SIOCDARP(dontpub): ${strerror(errno)}\n`, 255);
  return 0;
}

function invalidHardware(sys: Sys): never {
  return quit(sys, "arp: invalid hardware address\n", 255);
}

function macOfDevice(sys: Sys, name: string): Mac {
  const device = devByName(sys.world, sys.proc.netns, name);
  return device?.mac ?? quit(sys, `arp: cant get HW-Address for \`${name}': No such device.\n`, 255);
}

/** arp_req_set_public: the host answers for the address on the device, or on that which has the MAC. */
function publish(sys: Sys, ip: Ipv4, mac: Mac, given: NetDevice | null): number {
  const own = sys.world.devs.find((one) => one?.netns === sys.proc.netns && one.mac === mac);
  const device = given ?? own ?? null;
  return device === null ? ENODEV : neighProxyAdd(sys.world, sys.proc.netns, ip, device.id);
}

function setEntry(sys: Sys, options: Options): number {
  const [host, hardware, ...rest] = options.words;
  if (host === undefined) quit(sys, "arp: need host name\n", 255);
  const ip = addressOf(sys, host);
  if (hardware === undefined) quit(sys, "arp: need hardware address\n", 255);
  const mac = (options.useDevice ? macOfDevice(sys, hardware) : parseMac(hardware)) ?? invalidHardware(sys);
  const other = rest.find((word) => word !== "temp" && word !== "pub");
  if (other !== undefined) notSimulated(sys, `arp -s … ${other}`);
  const device = givenDevice(sys, options);
  let errno: number;
  if (!capable(sys, "NET_ADMIN")) errno = EPERM;
  else if (device === ENODEV) errno = ENODEV;
  else if (rest.includes("pub")) errno = publish(sys, ip, mac, device);
  else {
    const where = device === null ? {} : { dev: device.id };
    errno = arpIoctlSet(sys.world, sys.proc.netns, ip, mac, { ...where, temporary: rest.includes("temp") });
  }
  if (errno !== 0) quit(sys, `SIOCSARP: ${strerror(errno)}\n`, 255);
  return 0;
}

/**
 * Reading words as iproute2 does: lib/utils.c (matches, NEXT_ARG, invarg, duparg2, get_prefix …), and how its programs complain.
 */
import { strerror } from "../../../kernel/errno.ts";
import { linkwatchSync } from "../../../kernel/netdev/carrier.ts";
import type { NetDevice, NetnsId } from "../../../kernel/types.ts";
import { devByName } from "../../../kernel/world.ts";
import type { Ipv4, Mac } from "../../../wire/address.ts";
import { capable, write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { quit } from "../quit.ts";
import { unsigned } from "./number.ts";

export interface Options {
  family: "any" | "inet" | "inet6" | "link";
  oneline: boolean;
  brief: boolean;
  /** How often -s and -d were given. */
  stats: number;
  details: number;
  json: boolean;
  pretty: boolean;
  human: boolean;
  all: boolean;
  color: boolean;
  /** -batch: where commands are read from. */
  batch: string | null;
  force: boolean;
  timestamp: "long" | "short" | null;
}

/** A command line that is being read. */
export interface Line {
  readonly sys: Sys;
  readonly words: readonly string[];
  /** Index of the word to look at. */
  at: number;
  readonly options: Options;
}

export function defaultOptions(): Options {
  return {
    family: "any",
    oneline: false,
    brief: false,
    stats: 0,
    details: 0,
    json: false,
    pretty: false,
    human: false,
    all: false,
    color: false,
    batch: null,
    force: false,
    timestamp: null,
  };
}

export function netnsOfLine(line: Line): NetnsId {
  return line.sys.proc.netns;
}

export function print(line: Line, text: string): void {
  write(line.sys, 1, text);
}

/** Whether the word is a beginning of `full` (matches() == 0). */
export function matches(word: string, ...full: string[]): boolean {
  return word !== "" && full.some((f) => f.startsWith(word));
}

export function word(line: Line): string | undefined {
  return line.words[line.at];
}

/** Steps over the present word and returns it; undefined at the end. */
export function take(line: Line): string | undefined {
  return line.words[line.at++];
}

/** NEXT_ARG after the keyword was taken: the value that must follow. */
export function value(line: Line): string {
  const text = line.words[line.at++];
  if (text === undefined) quit(line.sys, 'Command line is not complete. Try option "help"\n', 255);
  return text;
}

export function invarg(line: Line, message: string, arg: string): never {
  quit(line.sys, `Error: argument "${arg}" is wrong: ${message}\n`, 255);
}

export function duparg2(line: Line, key: string, arg: string): never {
  quit(line.sys, `Error: either "${key}" is duplicate, or "${arg}" is a garbage.\n`, 255);
}

export function duparg(line: Line, key: string, arg: string): never {
  quit(line.sys, `Error: duplicate "${key}": "${arg}" is the second value.\n`, 255);
}

/** The value that follows as a number, or `message` as iproute2 says it. */
export function numberValue(line: Line, message: string, max = 0xffff_ffff): number {
  const text = value(line);
  return unsigned(text, max) ?? invarg(line, message, text);
}

export function onOff(line: Line, key: string): boolean {
  const text = value(line);
  if (text !== "on" && text !== "off")
    quit(line.sys, `Error: argument of "${key}" must be "on" or "off", not "${text}"\n`, 1);
  return text === "on";
}

/** get_addr_ipv4: one to four numbers of at most 255; what is missing at the end is 0. */
export function looseIpv4(text: string): Ipv4 | null {
  const parts = text.split(".");
  if (parts.length > 4) return null;
  let address = 0;
  for (let i = 0; i < 4; i++) {
    const octet = parts[i] === undefined ? 0 : unsigned(parts[i] as string, 255);
    if (octet === null) return null;
    address = address * 256 + octet;
  }
  return address as Ipv4;
}

export interface Prefix {
  address: Ipv4;
  length: number;
  /** A length was written. */
  explicit: boolean;
  /** "default", "any" or "all" instead of an address. */
  isWord: boolean;
}

/** get_prefix: ADDRESS[/LENGTH or /MASK], "default", "any", "all". */
export function prefixOf(line: Line, text: string): Prefix {
  if (matchesWord(text)) return { address: 0 as Ipv4, length: 0, explicit: false, isWord: true };
  const [head = "", tail, ...rest] = text.split("/");
  const address = looseIpv4(head);
  const length = tail === undefined ? 32 : lengthOf(tail);
  if (address === null || length === null || rest.length > 0) {
    const kind = line.options.family === "inet" ? "inet" : "any valid";
    quit(line.sys, `Error: ${kind} prefix is expected rather than "${text}".\n`, 1);
  }
  return { address, length, explicit: tail !== undefined, isWord: false };
}

function matchesWord(text: string): boolean {
  return text === "default" || text === "any" || text === "all";
}

function lengthOf(text: string): number | null {
  const plain = unsigned(text, 32);
  if (plain !== null) return plain;
  if (!text.includes(".")) return null;
  const mask = looseIpv4(text);
  if (mask === null) return null;
  const length = Math.clz32(~mask);
  return length === 32 - trailingZeros(mask) ? length : null;
}

function trailingZeros(mask: number): number {
  return mask === 0 ? 32 : 31 - Math.clz32(mask & -mask);
}

/** get_addr: an address alone. */
export function addressOf(line: Line, text: string, kind = "any valid"): Ipv4 {
  const address = matchesWord(text) ? (0 as Ipv4) : looseIpv4(text);
  if (address === null) quit(line.sys, `Error: ${kind} address is expected rather than "${text}".\n`, 1);
  return address;
}

/** ll_addr_a2n: bytes of a link-layer address in hex with colons; complains and quits for what is none. */
export function lladdrBytes(line: Line, text: string): number[] {
  const parts = text.split(":");
  const bad = parts.find((part) => !/^[0-9a-fA-F]{1,2}$/.test(part));
  if (bad !== undefined) quit(line.sys, `"${bad}" is invalid lladdr.\n`, 1);
  return parts.map((part) => Number.parseInt(part, 16));
}

/** The MAC of six bytes, or null for another number of them. */
export function macOfBytes(bytes: readonly number[]): Mac | null {
  return bytes.length === 6 ? (bytes.reduce((mac, byte) => mac * 256 + byte, 0) as Mac) : null;
}

/** The device of that name in the process's namespace; looking it up is RTM_GETLINK, which has its carrier looked at. */
export function device(line: Line, name: string): NetDevice | null {
  const found = devByName(line.sys.world, netnsOfLine(line), name);
  if (found !== null) linkwatchSync(line.sys.world, found);
  return found;
}

/** The device of that name; "Cannot find device" if there is none. */
export function deviceOrQuit(line: Line, name: string, status = 1): NetDevice {
  return device(line, name) ?? quit(line.sys, `Cannot find device "${name}"\n`, status);
}

/** Ends with the kernel's refusal unless the process may configure the network. */
export function needAdmin(line: Line, status = 2): void {
  if (!capable(line.sys, "NET_ADMIN")) quit(line.sys, "RTNETLINK answers: Operation not permitted\n", status);
}

/** Says what the kernel answered, if that is an error, and returns the exit status. @param message the kernel's own words */
export function answer(line: Line, errno: number, message: string | null = null, status = 2): number {
  if (errno === 0) return 0;
  write(line.sys, 2, message === null ? `RTNETLINK answers: ${strerror(errno)}\n` : `Error: ${message}.\n`);
  return status;
}

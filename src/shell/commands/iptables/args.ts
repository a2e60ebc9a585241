/** The words of an iptables line, read one after the other, and the values that stand in them. */
import type { AddressSpec, InterfaceSpec, PortRange, PortSpec } from "../../../kernel/netfilter/types.ts";
import { type Ipv4, maskOf, parseIpv4 } from "../../../wire/address.ts";
import { servicePort } from "../../names/services.ts";
import type { Sys } from "../../types.ts";
import { badParameter } from "./fail.ts";

export interface Args {
  readonly sys: Sys;
  readonly words: readonly string[];
  at: number;
  /** A "!" stood before the option that is being read. */
  invert: boolean;
}

export function readArgs(sys: Sys, words: readonly string[]): Args {
  return { sys, words, at: 0, invert: false };
}

/** The next word, which `option` needs. */
export function value(args: Args, option: string): string {
  const word = args.words[args.at];
  if (word === undefined) badParameter(args.sys, `option "${option}" requires an argument`);
  args.at++;
  return word;
}

/** The next word if it is none of an option: for what may be left out. */
export function optional(args: Args): string | null {
  const word = args.words[args.at];
  if (word === undefined || word.startsWith("-") || word === "!") return null;
  args.at++;
  return word;
}

export function addressSpec(args: Args, text: string): AddressSpec | null {
  const [host = "", tail] = text.split("/");
  const address = parseIpv4(host);
  if (address === null) badParameter(args.sys, `host/network \`${host}' not found`);
  const mask = tail === undefined ? 0xffff_ffff : maskFrom(args, tail);
  if (mask === 0 && !args.invert) return null;
  return { address: ((address & mask) >>> 0) as Ipv4, mask, invert: args.invert };
}

function maskFrom(args: Args, text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 32) return maskOf(Number(text)) as number;
  const mask = parseIpv4(text);
  if (mask === null) badParameter(args.sys, `invalid mask \`${text}' specified`);
  return mask;
}

export function interfaceSpec(args: Args, name: string): InterfaceSpec | null {
  return name === "+" ? null : { name, invert: args.invert };
}

export function port(args: Args, text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : servicePort(text);
  if (number === null || number > 65535) badParameter(args.sys, `invalid port/service \`${text}' specified`);
  return number;
}

/** "80" or "1000:2000"; either end may be missing. */
export function portRange(args: Args, text: string, separator = ":"): PortRange {
  const [from = "", to] = text.split(separator);
  const first = from === "" && to !== undefined ? 0 : port(args, from);
  return { from: first, to: to === undefined ? first : to === "" ? 65535 : port(args, to) };
}

export function portSpec(args: Args, text: string): PortSpec {
  return { ...portRange(args, text), invert: args.invert };
}

/** A number in decimal or 0x…; else a complaint about `option`. */
export function number(args: Args, text: string, option: string): number {
  if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(text))
    badParameter(args.sys, `${option}: bad value for option "--${option}", or out of range`);
  return Number(text);
}

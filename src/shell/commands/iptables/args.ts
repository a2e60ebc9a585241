/** The words of an iptables line, read one after the other, and the values that stand in them. */
import type { AddressSpec, InterfaceSpec, PortRange } from "../../../kernel/netfilter/types.ts";
import { type Ipv4, maskOf, parseIpv4 } from "../../../wire/address.ts";
import { servicePort } from "../../../wire/filter/services.ts";
import { write } from "../../process.ts";
import type { Sys } from "../../types.ts";
import { badOption, badParameter, type Voice } from "./fail.ts";

/** Addresses of a name; it may throw `Unresolved` where a server must be asked first. */
export type Lookup = (name: string) => readonly Ipv4[];

export interface Args extends Voice {
  readonly words: readonly string[];
  readonly lookup: Lookup;
  at: number;
  /** Letters of "-nvL" that are still to be read; "" at the beginning of a word. */
  cluster: string;
  /** A "!" stood before the option that is being read. */
  invert: boolean;
}

export function readArgs(sys: Sys, words: readonly string[], line: number | null, lookup: Lookup): Args {
  return { sys, line, words, lookup, at: 0, cluster: "", invert: false };
}

/** xs_has_arg: the next word if it is none of an option, for what may be left out. */
export function optional(args: Args): string | null {
  const word = args.words[args.at];
  if (word === undefined || word.startsWith("-") || word.startsWith("!")) return null;
  args.at++;
  return word;
}

/** A host, a network or a list of them, each of which makes a rule of its own. */
export function addressSpecs(args: Args, text: string, invert: boolean): (AddressSpec | null)[] {
  return text.split(",").flatMap((part) => {
    const slash = part.indexOf("/");
    const mask = slash < 0 ? 0xffff_ffff : maskFrom(args, part.slice(slash + 1));
    const hosts = hostAddresses(args, slash < 0 ? part : part.slice(0, slash));
    const specs = hosts.map((host) => ({ address: ((host & mask) >>> 0) as Ipv4, mask, invert }));
    return mask === 0 && !invert ? [null] : specs;
  });
}

/** "10.1" is 10.1.0.0 here, other than for inet_aton. */
function hostAddresses(args: Args, host: string): readonly Ipv4[] {
  const padded = /^\d+(\.\d+){0,3}$/.test(host) ? `${host}.0.0.0`.split(".").slice(0, 4).join(".") : host;
  const address = parseIpv4(padded);
  const found = address !== null ? [address] : /^[\d.]+$/.test(host) || host === "" ? [] : args.lookup(host);
  return found.length > 0 ? found : badParameter(args, `host/network \`${host}' not found`);
}

function maskFrom(args: Args, text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 32) return maskOf(Number(text)) as number;
  return parseIpv4(text) ?? badParameter(args, `invalid mask \`${text}' specified`);
}

const MAX_NAME = 15;

export function interfaceSpec(args: Args, name: string): InterfaceSpec | null {
  const { invert } = args;
  if (name === "") badParameter(args, "Empty interface is likely to be undesired");
  if (name.length > MAX_NAME)
    badParameter(args, `interface name \`${name}' must be shorter than IFNAMSIZ (${MAX_NAME})`);
  if (name === "+") return null;
  if (/[/ ]/.test(name))
    write(
      args.sys,
      2,
      `Warning: weird character in interface \`${name}' ('/' and ' ' are not allowed by the kernel).\n`,
    );
  return { name, invert };
}

/** xtables_strtoui: decimal, octal or 0x…; null for anything else. */
export function unsigned(text: string, min: number, max: number): number | null {
  if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(text)) return null;
  const number = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  return number >= min && number <= max ? number : null;
}

/** A port by number or name: xtables_parse_port. */
export function port(args: Args, text: string): number {
  const number = unsigned(text, 0, 65_535) ?? servicePort(text);
  return number ?? badParameter(args, `invalid port/service \`${text}' specified`);
}

/** "80" or "1000:2000"; either end may be missing. Whether the ends are in order is the caller's matter. */
export function portRange(args: Args, text: string): PortRange {
  const colon = text.indexOf(":");
  if (colon < 0) return { from: port(args, text), to: port(args, text) };
  const [first, last] = [text.slice(0, colon), text.slice(colon + 1)];
  return { from: first === "" ? 0 : port(args, first), to: last === "" ? 65_535 : port(args, last) };
}

/** XTTYPE_PORT(RC): numbers are cut to 16 bits, and the ends of a range may stand the wrong way round. */
export function laxPorts(args: Args, text: string): { from: number; to: number } {
  const one = (word: string, otherwise: number): number => {
    if (word === "") return otherwise;
    const number = unsigned(word, 0, 0xffff_ffff) ?? servicePort(word);
    return (number ?? badOption(args, `Port "${word}" does not resolve to anything.`)) & 0xffff;
  };
  const colon = text.indexOf(":");
  if (colon < 0) return { from: one(text, 0), to: one(text, 0) };
  return { from: one(text.slice(0, colon), 0), to: one(text.slice(colon + 1), 65_535) };
}

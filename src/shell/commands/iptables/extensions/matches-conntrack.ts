/** `-m conntrack` and `-m state`: what is known of a packet's connection. */
import { emptyConntrack } from "../../../../kernel/netfilter/empty.ts";
import type { NfMatch } from "../../../../kernel/netfilter/types.ts";
import { type Args, addressSpecs, laxPorts } from "../args.ts";
import { badParameter } from "../fail.ts";
import { bitsOf, CT_STATES, CT_STATUSES } from "../words.ts";
import { type Extension, type OptionSpec, uintRange } from "./options.ts";
import { protocolNumber } from "./protocol.ts";

type Kind<K extends NfMatch["kind"]> = Extract<NfMatch, { kind: K }>;
type Conntrack = Kind<"conntrack">;

/** Bits of a list of names; the first unknown one is complained about. */
function bits(args: Args, table: readonly (readonly [string, number])[], text: string, complaint: string): number {
  for (const word of text.split(",")) {
    if (word === "" || bitsOf(table, word) === null) badParameter(args, `${complaint} "${word}"`);
  }
  return bitsOf(table, text) as number;
}

export const state: Extension<Kind<"state">> = {
  name: "state",
  make: () => ({ kind: "state", states: 0, invert: false }),
  options: [
    {
      name: "--state",
      invert: true,
      mandatory: true,
      read(args, m, text) {
        m.states = bits(args, CT_STATES.slice(0, 5), text, "Bad state");
        m.invert = args.invert;
      },
    },
  ],
};

function address(
  name: string,
  key: "origSource" | "origDestination" | "replSource" | "replDestination",
): OptionSpec<Conntrack> {
  return {
    name,
    invert: true,
    read(args, m, text) {
      m[key] = addressSpecs(args, text, args.invert)[0] ?? null;
    },
  };
}

function port(
  name: string,
  key: "origSourcePort" | "origDestinationPort" | "replSourcePort" | "replDestinationPort",
): OptionSpec<Conntrack> {
  return {
    name,
    invert: true,
    read(args, m, text) {
      m[key] = { ...laxPorts(args, text), invert: args.invert };
    },
  };
}

const UINT32 = 0xffff_ffff;

export const conntrack: Extension<Conntrack> = {
  name: "conntrack",
  make: emptyConntrack,
  options: [
    {
      name: "--ctstate",
      invert: true,
      read(args, m, text) {
        m.states = { bits: bits(args, CT_STATES, text, "Bad ctstate"), invert: args.invert };
      },
    },
    {
      name: "--ctproto",
      invert: true,
      read(args, m, text) {
        m.protocol = { number: protocolNumber(args, text), invert: args.invert };
      },
    },
    address("--ctorigsrc", "origSource"),
    address("--ctorigdst", "origDestination"),
    address("--ctreplsrc", "replSource"),
    address("--ctrepldst", "replDestination"),
    {
      name: "--ctstatus",
      invert: true,
      read(args, m, text) {
        m.status = { bits: bits(args, CT_STATUSES, text, "Bad ctstatus"), invert: args.invert };
      },
    },
    {
      name: "--ctexpire",
      invert: true,
      read(args, m, text) {
        m.expire = { ...uintRange(args, "conntrack", "--ctexpire", text, UINT32), invert: args.invert };
      },
    },
    port("--ctorigsrcport", "origSourcePort"),
    port("--ctorigdstport", "origDestinationPort"),
    port("--ctreplsrcport", "replSourcePort"),
    port("--ctrepldstport", "replDestinationPort"),
    {
      name: "--ctdir",
      read(args, m, text) {
        const word = text.toUpperCase();
        if (word !== "ORIGINAL" && word !== "REPLY")
          badParameter(args, `conntrack: Bad value for "--ctdir" option: "${text}"`);
        else m.direction = word;
      },
    },
  ],
  check(voice, _, seen) {
    if (seen.length === 0) badParameter(voice, "conntrack: At least one option is required");
  },
};

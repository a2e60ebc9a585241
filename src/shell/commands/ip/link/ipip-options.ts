/** The words of an IPIP tunnel, for `ip link … type ipip` (ip/link_iptnl.c) and `ip tunnel` (ip/iptunnel.c). */
import type { IpTunnelConfig } from "../../../../kernel/tunnel/ipip.ts";
import { IPV4_ANY } from "../../../../wire/address.ts";
import { notSimulated, quit } from "../../quit.ts";
import { addressOf, deviceOrQuit, invarg, type Line, matches, take, value } from "../args.ts";
import { unsigned } from "../number.ts";

export const IPIP_USAGE = `Usage: ... ipip [ remote ADDR ]
\t\t[ local ADDR ]
\t\t[ ttl TTL ]
\t\t[ tos TOS ]
\t\t[ [no]pmtudisc ]
\t\t[ dev PHYS_DEV ]
\t\t[ mode { ipip } ]

Where:\tADDR := { IP_ADDRESS | any }
\tTOS  := { NUMBER | inherit }
\tTTL  := { 1..255 | inherit }
`;

export function ipipDefaults(): IpTunnelConfig {
  return { local: IPV4_ANY, remote: IPV4_ANY, link: null, ttl: 0, tos: 0, pmtudisc: true };
}

/** Reads the words behind `type ipip`. */
export function ipipWords(line: Line): IpTunnelConfig {
  const config = ipipDefaults();
  for (let text = take(line); text !== undefined; text = take(line)) {
    if (readTunnelWord(line, config, text)) continue;
    if (text === "mode") {
      const mode = value(line);
      if (!/^(ipip|ip4ip4|any)$/.test(mode)) notSimulated(line.sys, `a tunnel of mode ${mode}`);
    } else if (/^(external|6rd|encap|noencap|fwmark)/.test(text)) notSimulated(line.sys, `ipip ${text}`);
    else if (matches(text, "help")) quit(line.sys, IPIP_USAGE, 255);
    else quit(line.sys, `ipip: unknown option "${text}"?\n${IPIP_USAGE}`, 1);
  }
  return config;
}

/** Reads one of the words that both commands know; false when it is none of them. */
export function readTunnelWord(line: Line, config: IpTunnelConfig, text: string): boolean {
  if (text === "remote") config.remote = addressOf(line, value(line));
  else if (text === "local") config.local = addressOf(line, value(line));
  else if (text === "dev") config.link = deviceOrQuit(line, value(line)).id;
  else if (text === "pmtudisc") config.pmtudisc = true;
  else if (text === "nopmtudisc") config.pmtudisc = false;
  else if (text === "ttl" || text === "hoplimit" || text === "hlim") config.ttl = inherited(line, 0, "invalid TTL\n");
  else if (text === "tos" || text === "dsfield" || text === "tclass") config.tos = inherited(line, 1, "bad TOS value");
  else return false;
  return true;
}

function inherited(line: Line, meaning: number, message: string): number {
  const said = value(line);
  return said === "inherit" ? meaning : (unsigned(said, 255) ?? invarg(line, message, said));
}

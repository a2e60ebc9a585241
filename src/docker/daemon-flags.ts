/** dockerd's flags, as far as they touch what can be seen: the bridge, its addresses and rules, names. */
import { assert } from "../base/assert.ts";
import { cidr } from "../wire/address.ts";
import type { DaemonSettings } from "./types.ts";

const DEFAULT_BIP = "172.17.0.1/16";
const DEFAULT_MTU = 1500;

const BOOLEANS = {
  icc: "icc",
  "ip-masq": "ipMasq",
  iptables: "iptables",
  "ip-forward": "ipForward",
  "userland-proxy": "userlandProxy",
} as const;
const LISTS = { dns: "dns", "dns-search": "dnsSearch", "dns-opt": "dnsOptions" } as const;

/** @param flags as on a command line, such as "--bip 10.1.0.1/24 --icc=false". They stand in a scene, so they are right. */
export function parseDaemonFlags(flags: string): DaemonSettings {
  const settings: DaemonSettings = {
    bip: cidr(DEFAULT_BIP),
    bipGiven: false,
    mtu: DEFAULT_MTU,
    icc: true,
    ipMasq: true,
    iptables: true,
    ipForward: true,
    userlandProxy: true,
    dns: [],
    dnsSearch: [],
    dnsOptions: [],
  };
  const words = flags.split(/\s+/).filter((w) => w !== "");
  for (let i = 0; i < words.length; i++) {
    const [name, attached] = splitFlag(words[i] as string);
    if (name in BOOLEANS) {
      settings[BOOLEANS[name as keyof typeof BOOLEANS]] = attached === undefined || attached === "true";
      continue;
    }
    const value = attached ?? words[++i];
    assert(value !== undefined, `dockerd: flag --${name} needs a value`);
    setValue(settings, name, value);
  }
  return settings;
}

function splitFlag(word: string): [string, string | undefined] {
  assert(word.startsWith("--"), `dockerd: not a flag: ${word}`);
  const equals = word.indexOf("=");
  return equals < 0 ? [word.slice(2), undefined] : [word.slice(2, equals), word.slice(equals + 1)];
}

function setValue(settings: DaemonSettings, name: string, value: string): void {
  if (name === "bip") {
    settings.bip = cidr(value);
    settings.bipGiven = true;
  } else if (name === "mtu") {
    settings.mtu = Number(value);
  } else {
    assert(name in LISTS, `dockerd: unknown flag --${name}`);
    settings[LISTS[name as keyof typeof LISTS]].push(value);
  }
}

/** dockerd's flags, as far as they touch what can be seen: the bridge, its addresses and rules, names. */
import { assert } from "../base/assert.ts";
import { type Cidr, cidr, type Ipv4 } from "../wire/address.ts";
import type { DaemonSettings } from "./types.ts";

const DEFAULT_BIP = "172.17.0.1/16";
const DEFAULT_MTU = 1500;
/** More networks than anybody makes. */
const MOST_SUBNETS = 1024;

const BOOLEANS = {
  icc: "icc",
  "ip-masq": "ipMasq",
  iptables: "iptables",
  "ip-forward": "ipForward",
  "userland-proxy": "userlandProxy",
} as const;
/** Flags that nothing here shows: logs, storage and registries. */
const UNSEEN_SWITCHES = new Set(["debug", "experimental", "live-restore", "raw-logs"]);
const UNSEEN = new Set(
  "exec-opt insecure-registry label log-driver log-level log-opt max-concurrent-downloads registry-mirror storage-driver storage-opt".split(
    " ",
  ),
);
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
    fixedCidr: null,
    hostBinding: "0.0.0.0",
    addressPools: null,
  };
  const words = flags.split(/\s+/).filter((w) => w !== "");
  for (let i = 0; i < words.length; i++) {
    const [name, attached] = splitFlag(words[i] as string);
    if (UNSEEN_SWITCHES.has(name)) continue;
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

/** "base=10.50.0.0/16,size=24": the subnets of /24 in 10.50.0.0/16. */
function cutPool(text: string): Cidr[] {
  const given = new Map(text.split(",").map((part) => part.split("=") as [string, string]));
  const base = cidr(given.get("base") ?? "");
  const size = Number(given.get("size"));
  assert(size >= base.prefixLength && size <= 32, `dockerd: invalid pool ${text}`);
  const count = Math.min(2 ** (size - base.prefixLength), MOST_SUBNETS);
  return Array.from({ length: count }, (_, i) => ({
    address: (base.address + i * 2 ** (32 - size)) as Ipv4,
    prefixLength: size,
  }));
}

function setValue(settings: DaemonSettings, name: string, value: string): void {
  if (name === "bip") {
    settings.bip = cidr(value);
    settings.bipGiven = true;
  } else if (name === "mtu") {
    settings.mtu = Number(value);
  } else if (name === "fixed-cidr") {
    settings.fixedCidr = cidr(value);
  } else if (name === "ip") {
    settings.hostBinding = value;
  } else if (name === "default-address-pool") {
    settings.addressPools = [...(settings.addressPools ?? []), ...cutPool(value)];
  } else if (!UNSEEN.has(name)) {
    assert(name in LISTS, `dockerd: unknown flag --${name}`);
    settings[LISTS[name as keyof typeof LISTS]].push(value);
  }
}

/**
 * `ethtool -k`: features.c of ethtool 6.1, and what the drivers of Linux 6.18 say (drivers/net/veth.c, loopback.c, net/bridge/br_device.c).
 * Checksums and segmentation are nobody's but the stack's own here: whatever could be handed to a device is off, but on loopback.
 */
import type { NetDevice } from "../../kernel/types.ts";

/** In ethtool's order; those that are part of the one above are indented. */
const FEATURES =
  `rx-checksumming tx-checksumming +tx-checksum-ipv4 +tx-checksum-ip-generic +tx-checksum-ipv6 +tx-checksum-fcoe-crc
+tx-checksum-sctp scatter-gather +tx-scatter-gather +tx-scatter-gather-fraglist tcp-segmentation-offload +tx-tcp-segmentation
+tx-tcp-ecn-segmentation +tx-tcp-mangleid-segmentation +tx-tcp6-segmentation +tx-tcp-accecn-segmentation generic-segmentation-offload
generic-receive-offload large-receive-offload rx-vlan-offload tx-vlan-offload ntuple-filters receive-hashing highdma rx-vlan-filter
vlan-challenged tx-gso-robust tx-fcoe-segmentation tx-gre-segmentation tx-gre-csum-segmentation tx-ipxip4-segmentation
tx-ipxip6-segmentation tx-udp_tnl-segmentation tx-udp_tnl-csum-segmentation tx-gso-partial tx-tunnel-remcsum-segmentation
tx-sctp-segmentation tx-esp-segmentation tx-udp-segmentation tx-gso-list tx-nocache-copy loopback rx-fcs rx-all tx-vlan-stag-hw-insert
rx-vlan-stag-hw-parse rx-vlan-stag-filter l2-fwd-offload hw-tc-offload esp-hw-offload esp-tx-csum-hw-offload rx-udp_tunnel-port-offload
tls-hw-tx-offload tls-hw-rx-offload rx-gro-hw tls-hw-record rx-gro-list macsec-hw-offload rx-udp-gro-forwarding hsr-tag-ins-offload
hsr-tag-rm-offload hsr-fwd-offload hsr-dup-offload`.split(/\s+/);

/** On every device: what can be changed and is off. */
const OFF =
  "tx-checksumming scatter-gather tcp-segmentation-offload tx-tcp-segmentation tx-tcp-ecn-segmentation tx-tcp-mangleid-segmentation " +
  "tx-tcp6-segmentation tx-tcp-accecn-segmentation generic-segmentation-offload generic-receive-offload rx-gro-list rx-udp-gro-forwarding";
const TUNNELS =
  "tx-gre-segmentation tx-gre-csum-segmentation tx-ipxip4-segmentation tx-ipxip6-segmentation tx-udp_tnl-segmentation " +
  "tx-udp_tnl-csum-segmentation tx-sctp-segmentation tx-gso-list";

/** What a feature is where it is not "off [fixed]". */
interface Driver {
  on: string;
  off: string;
  onFixed: string;
  /** It was asked for and is not to be had. */
  requested: string;
}

const DRIVERS: Readonly<Partial<Record<NetDevice["kind"], Driver>>> = {
  veth: {
    on: `rx-vlan-offload tx-vlan-offload highdma ${TUNNELS} tx-vlan-stag-hw-insert rx-vlan-stag-hw-parse`,
    off:
      `${OFF} rx-checksumming tx-checksum-ip-generic tx-checksum-sctp tx-scatter-gather tx-scatter-gather-fraglist ` +
      "tx-nocache-copy",
    onFixed: "",
    requested: "tx-udp-segmentation",
  },
  bridge: {
    on:
      `tx-vlan-offload highdma ${TUNNELS} tx-gso-partial tx-tunnel-remcsum-segmentation tx-esp-segmentation ` +
      "tx-vlan-stag-hw-insert",
    off: `${OFF} tx-checksum-ip-generic tx-scatter-gather tx-scatter-gather-fraglist tx-nocache-copy`,
    onFixed: "",
    requested: "tx-gso-robust tx-fcoe-segmentation tx-udp-segmentation",
  },
  loopback: {
    on: `${OFF.replace(/ rx-\S+/g, "")} tx-sctp-segmentation tx-udp-segmentation tx-gso-list`,
    off: "rx-gro-list rx-udp-gro-forwarding",
    onFixed:
      "rx-checksumming tx-checksum-ip-generic tx-checksum-sctp tx-scatter-gather tx-scatter-gather-fraglist highdma vlan-challenged loopback",
    requested: "",
  },
};

/** The whole answer, or null for a kind of device whose driver is not known. */
export function featuresText({ name, kind }: NetDevice): string | null {
  const driver = DRIVERS[kind === "nic" ? "veth" : kind];
  if (driver === undefined) return null;
  const sets = Object.entries(driver).map(([state, names]) => [state, new Set((names as string).split(" "))] as const);
  const words: Readonly<Record<string, string>> = {
    on: "on",
    off: "off",
    onFixed: "on [fixed]",
    requested: "off [requested on]",
  };
  const rows = FEATURES.map((feature) => {
    const plain = feature.replace("+", "");
    const state = sets.find(([, names]) => names.has(plain))?.[0];
    return `${feature.replace("+", "\t")}: ${state === undefined ? "off [fixed]" : words[state]}\n`;
  });
  return `Features for ${name}:\n${rows.join("")}`;
}

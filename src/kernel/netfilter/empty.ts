/** Matches and targets that ask for nothing yet: what iptables' options fill in, and dockerd's rules are made of. */
import type { NatRange, NfMatch } from "./types.ts";

type Kind<K extends NfMatch["kind"]> = Extract<NfMatch, { kind: K }>;

export const emptyTcp = (): Kind<"tcp"> => ({ kind: "tcp", sports: null, dports: null, flags: null, option: null });

export const emptyUdp = (): Kind<"udp"> => ({ kind: "udp", sports: null, dports: null });

export const emptyAddrtype = (): Kind<"addrtype"> => ({
  kind: "addrtype",
  source: null,
  destination: null,
  limitIface: null,
});

export const emptyConntrack = (): Kind<"conntrack"> => ({
  kind: "conntrack",
  states: null,
  status: null,
  protocol: null,
  origSource: null,
  origDestination: null,
  replSource: null,
  replDestination: null,
  origSourcePort: null,
  origDestinationPort: null,
  replSourcePort: null,
  replDestinationPort: null,
  expire: null,
  direction: null,
});

export const emptyRange = (): NatRange => ({
  addresses: null,
  ports: null,
  random: false,
  randomFully: false,
  persistent: false,
});

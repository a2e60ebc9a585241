/**
 * A scene as plain data: the machines it starts from and the commands that have been typed before time 0.
 * `WorldSpec` is the `world` of a recording's scenario.json, `Identities` its identities.json.
 */

export interface WorldSpec {
  readonly switches: readonly { readonly name: string; readonly bridge: string }[];
  readonly nodes: readonly NodeSpec[];
  /** Pairs of ends: "hostA.eth0", or "lan.sw0.p-hostA" for a port of a switch's bridge. */
  readonly links: readonly (readonly [string, string])[];
}

export interface NodeSpec {
  readonly name: string;
  readonly kind: "docker-host" | "router" | "server";
  readonly interfaces: readonly {
    readonly name: string;
    readonly mac: string;
    readonly ipv4: string | readonly string[];
  }[];
  readonly routes: readonly string[];
  readonly ip_forward: 0 | 1;
  readonly dns?: string;
  readonly iptables?: readonly string[];
  readonly services?: {
    readonly http?: string;
    readonly dns?: { readonly listen: string; readonly records: Readonly<Record<string, string>> };
  };
}

export interface LinkIdentity {
  readonly ifindex: number;
  readonly mac: string;
  readonly peer_ifindex: number | null;
  readonly master?: string | null;
}

/** Names and numbers that are random on a real host, by machine. What is missing is drawn from the seed. */
export type Identities = Readonly<
  Record<
    string,
    {
      readonly links?: Readonly<Record<string, LinkIdentity>>;
      readonly containers?: Readonly<
        Record<
          string,
          {
            readonly id: string;
            readonly pid: number;
            readonly hostname: string;
            readonly networks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
            readonly links?: Readonly<Record<string, LinkIdentity>>;
          }
        >
      >;
      readonly networks?: Readonly<
        Record<string, { readonly id: string; readonly driver: string; readonly ipam?: unknown }>
      >;
    }
  >
>;

/** A host that comes while the scene runs: one card, whose cable goes into a port of a switch ("lan.sw0.p-hostC"). */
export interface AddedHost {
  readonly spec: NodeSpec;
  readonly end: string;
  /** Flags of its dockerd. */
  readonly dockerd: string;
}

export interface Words {
  readonly en: string;
  readonly zh: string;
}

export interface Scene {
  readonly version: 1;
  readonly id: string;
  readonly title: Words;
  readonly world: WorldSpec;
  /** Machines that run dockerd, and extra flags for it. */
  readonly dockers: readonly string[];
  readonly dockerd?: Readonly<Record<string, string>>;
  readonly identities?: Identities;
  /** Machines have iptables-legacy instead of iptables-nft: only then does TRACE write to the kernel's log. */
  readonly legacyIptables?: boolean;
  readonly seed: number;
  /** Typed before time 0; their packets and terminal text are not shown. */
  readonly setup: readonly { readonly node: string; readonly line: string }[];
  /** What the big button offers, first one first. */
  readonly actions: readonly { readonly title: Words; readonly node: string; readonly line: string }[];
}

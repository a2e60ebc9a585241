/** Matches and targets beside those of every day: payload, rates by host, connections by host, the clock, the TOS field, userspace. */
import type { Ipv4 } from "../../wire/address.ts";

/** State of a rule, which no comparison of rules looks at: `seen`. */
export type MoreMatch =
  /** `pattern` a character a byte; it begins at `from`…`to` counted from the IP header. */
  | {
      kind: "string";
      pattern: string;
      algo: "bm" | "kmp" | "fsm" | null;
      from: number;
      to: number;
      ignoreCase: boolean;
      invert: boolean;
    }
  /** The list of hosts by that name is the namespace's: NetnsNf.recent. */
  | {
      kind: "recent";
      mode: "set" | "rcheck" | "update" | "remove";
      name: string;
      seconds: number;
      hitcount: number;
      reap: boolean;
      rttl: boolean;
      mask: number;
      side: "source" | "dest";
      invert: boolean;
    }
  /** `count` a `unit` on average for each combination of what `mode` names. `expire_ms` null: as long as the unit. */
  | {
      kind: "hashlimit";
      above: boolean;
      count: number;
      unit: "second" | "minute" | "hour" | "day";
      burst: number;
      mode: HashlimitMode[];
      name: string;
      srcMask: number;
      dstMask: number;
      expire_ms: number | null;
      seen: { key: string; credit_ns: number; prev_ns: number }[];
    }
  /** Connections that have met the rule and still stand, by the host at one end. */
  | {
      kind: "connlimit";
      above: boolean;
      limit: number;
      maskLength: number;
      side: "saddr" | "daddr";
      seen: { key: number; slot: number; id: number }[];
    }
  /** Times of the day in seconds; dates in seconds since 1970, null for none. Bit n: day n of the week (Monday is 1) or month. */
  | {
      kind: "time";
      start_s: number;
      stop_s: number;
      weekdays: { bits: number; invert: boolean } | null;
      monthdays: { bits: number; invert: boolean } | null;
      dateStart_s: number | null;
      dateStop_s: number | null;
      contiguous: boolean;
      kernelZone: boolean;
      /** The wall clock when the world began. */
      epoch_s: number;
    }
  | { kind: "quota"; quota: number; seen: { bytes: number }; invert: boolean }
  | { kind: "tos"; value: number; mask: number; invert: boolean }
  | { kind: "dscp"; value: number; invert: boolean }
  | {
      kind: "connbytes";
      from: number;
      to: number | null;
      what: "packets" | "bytes" | "avgpkt";
      direction: "original" | "reply" | "both";
      invert: boolean;
    }
  | { kind: "tcpmss"; from: number; to: number; invert: boolean }
  /** No connection has a helper here. */
  | { kind: "helper"; name: string; invert: boolean };

export type HashlimitMode = "srcip" | "srcport" | "dstip" | "dstport";

export type MoreTarget =
  /** tos = (tos & ~mask) ^ value */
  | { kind: "TOS"; value: number; mask: number }
  | { kind: "DSCP"; value: number }
  /** Changes nothing here, where every packet carries its checksum and no queue tells classes apart. */
  | { kind: "CHECKSUM" }
  | { kind: "CLASSIFY"; major: number; minor: number }
  /** Nobody audits here. */
  | { kind: "AUDIT"; type: "accept" | "drop" | "reject" }
  /** To a program that listens: there is none here, so the packet goes on. */
  | { kind: "NFLOG"; prefix: string; group: number; size: number | null; threshold: number }
  /** To a program that decides: there is none here, so the packet is dropped, or accepted with `bypass`. */
  | { kind: "NFQUEUE"; from: number; to: number; bypass: boolean };

/** A host on a list of `-m recent`: struct recent_entry. The oldest stamp first. */
export interface RecentEntry {
  address: Ipv4;
  ttl: number;
  stamps_ns: number[];
}

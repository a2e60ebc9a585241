/**
 * What each host makes of an ARP broadcast that doesn't concern it, remembered by who asks. On a bridge with a thousand hosts that all
 * know each other a question reaches all of them; arp_process looks the asker up at each, and nearly always nothing changes. That
 * it will be so again stands here in one byte for each asker and device, side by side in the order in which a flood visits them,
 * so that a million entries of the table need not be looked at. Only a cache: an entry that is made, goes or changes clears its
 * byte, whatever is configured anywhere clears all (touchConfig), and who has no byte is asked properly. A law holds both to be
 * the same.
 */
import type { Ipv4, Mac } from "../../wire/address.ts";

/** Nothing is remembered: the device has to be asked. */
export const HEARD_UNKNOWN = 0;
/** It has no entry for the asker, and drops the frame. */
export const HEARD_STRANGER = 1;
/** It has a valid entry with the very MAC, or one that only an administrator changes: arp_process takes the frame and changes nothing. */
export const HEARD_KNOWN = 2;

/** Beyond this everything is forgotten: enough for as many askers and devices as a bridge can have ports. */
const MOST_BYTES = 1 << 23;

export interface HeardTable {
  /** Row of an asker's address (as int32). */
  rowOf: Map<number, number>;
  /** What a row is good for: the asker's MAC, and a generation of the configuration (quiet.ts). */
  mac: number[];
  generation: number[];
  /** Devices in a row. */
  width: number;
  codes: Uint8Array;
}

export function createHeard(): HeardTable {
  return { rowOf: new Map(), mac: [], generation: [], width: 0, codes: new Uint8Array(0) };
}

/** Where the row of an asker begins in `codes`. Good until the next call. @param devices one more than the highest device id */
export function heardRow(t: HeardTable, sender: Ipv4, mac: Mac, generation: number, devices: number): number {
  if (devices > t.width) Object.assign(t, createHeard(), { width: Math.max(64, devices + (devices >> 2)) });
  const row = t.rowOf.get(sender | 0) ?? addRow(t, sender);
  const at = row * t.width;
  if (t.mac[row] !== mac || t.generation[row] !== generation) {
    t.mac[row] = mac;
    t.generation[row] = generation;
    t.codes.fill(HEARD_UNKNOWN, at, at + t.width);
  }
  return at;
}

function addRow(t: HeardTable, sender: Ipv4): number {
  if ((t.rowOf.size + 1) * t.width > MOST_BYTES) Object.assign(t, createHeard(), { width: t.width });
  const row = t.rowOf.size;
  t.rowOf.set(sender | 0, row);
  t.mac.push(0);
  t.generation.push(0);
  if ((row + 1) * t.width > t.codes.length) {
    const grown = new Uint8Array(Math.max((row + 1) * t.width, t.codes.length + (t.codes.length >> 2)));
    grown.set(t.codes);
    t.codes = grown;
  }
  return row;
}

/** A device's entry for an address is new, gone or changed. */
export function forgetHeard(t: HeardTable, dev: number, ip: number): void {
  const row = t.rowOf.get(ip | 0);
  if (row !== undefined && dev < t.width) t.codes[row * t.width + dev] = HEARD_UNKNOWN;
}

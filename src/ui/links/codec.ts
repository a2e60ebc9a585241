// A whole state as text for an address ("2.…": the version, then what pack.ts makes), and back.
import { SCENES } from "../../scenes/scenes.ts";
import type { Decoded, LinkState } from "./link-state.ts";
import { MAX_TEXT, pack, unpack } from "./pack.ts";
import { READERS, VERSION, writeCompact } from "./versions.ts";

export async function encodeState(state: LinkState): Promise<string> {
  return `${VERSION}.${await pack(writeCompact(state, SCENES))}`;
}

/**
 * Reads what `encodeState` of this version or an earlier one made. Never throws. The worker still judges whether the
 * state makes sense.
 */
export async function decodeState(text: string): Promise<Decoded> {
  if (text.length > MAX_TEXT) return { ok: false, fault: "too-large" };
  const [, version, packed] = /^([1-9][0-9]{0,5})\.(.*)$/s.exec(text) ?? [];
  if (version === undefined || packed === undefined) return { ok: false, fault: "not-a-link" };
  const reader = READERS[Number(version)];
  if (reader === undefined) return { ok: false, fault: "newer" };
  const unpacked = await unpack(packed);
  if (!unpacked.ok) return unpacked;
  try {
    const json: unknown = JSON.parse(unpacked.text);
    if (!isShallow(json, MAX_DEPTH)) return { ok: false, fault: "damaged" };
    const read = reader(json, SCENES);
    return typeof read === "string" ? { ok: false, fault: read } : { ok: true, ...read };
  } catch {
    return { ok: false, fault: "damaged" };
  }
}

/** A state is nowhere near as deep; what is could not be sent to the worker. */
const MAX_DEPTH = 24;

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1));
}

/** The state in an address's hash ("#s=…"), or null. */
export function stateInHash(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("s");
}

/** What a frame is made of, header by header, for a bar in proportion. Pure. */

export type PartKind = "ethernet" | "ip" | "udp" | "vxlan" | "payload";

export interface Part {
  readonly kind: PartKind;
  readonly bytes: number;
  /** Belongs to what a tunnel put in front. */
  readonly outer: boolean;
}

const ETHERNET = 14;
const UDP = 8;
const VXLAN = 8;
/** IANA's port, and Linux's own, which Flannel takes. */
const VXLAN_PORTS = new Set([4789, 8472]);
const PROTOCOL_IPIP = 4;
const PROTOCOL_UDP = 17;

/** Outermost first; nothing for an empty frame. */
export function partsOf(frame: Uint8Array): Part[] {
  if (frame.length < ETHERNET + 20) return [];
  const head = headersAt(frame, ETHERNET);
  const parts = [{ kind: "ethernet" as const, bytes: ETHERNET }, ...head.parts];
  const inner = head.inner === null ? [] : innerParts(frame, head.inner.at, head.inner.isFrame);
  const rest = frame.length - [...parts, ...inner].reduce((sum, { bytes }) => sum + bytes, 0);
  const payload = rest > 0 ? [{ kind: "payload" as const, bytes: rest, outer: false }] : [];
  return [
    ...parts.map((part) => ({ ...part, outer: head.inner !== null })),
    ...inner.map((part) => ({ ...part, outer: false })),
    ...payload,
  ];
}

interface Head {
  readonly parts: readonly { readonly kind: PartKind; readonly bytes: number }[];
  /** Where what is carried begins, and whether it is a frame or a packet; null when nothing is carried. */
  readonly inner: { readonly at: number; readonly isFrame: boolean } | null;
}

function headersAt(frame: Uint8Array, at: number): Head {
  const bytes = ((frame[at] ?? 0) & 15) * 4;
  const ip = { kind: "ip" as const, bytes };
  const protocol = frame[at + 9];
  const next = at + bytes;
  if (protocol === PROTOCOL_IPIP) return { parts: [ip], inner: { at: next, isFrame: false } };
  const port = ((frame[next + 2] ?? 0) << 8) | (frame[next + 3] ?? 0);
  if (protocol !== PROTOCOL_UDP || !VXLAN_PORTS.has(port)) return { parts: [ip], inner: null };
  const tunnel = [ip, { kind: "udp" as const, bytes: UDP }, { kind: "vxlan" as const, bytes: VXLAN }];
  return { parts: tunnel, inner: { at: next + UDP + VXLAN, isFrame: true } };
}

function innerParts(frame: Uint8Array, at: number, isFrame: boolean): { kind: PartKind; bytes: number }[] {
  const ip = { kind: "ip" as const, bytes: ((frame[at + (isFrame ? ETHERNET : 0)] ?? 0) & 15) * 4 };
  return isFrame ? [{ kind: "ethernet", bytes: ETHERNET }, ip] : [ip];
}

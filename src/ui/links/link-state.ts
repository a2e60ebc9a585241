// What a link carries: a session at one moment, and how the page looked at it.
import type { SavedState } from "../../protocol/messages.ts";
import type { DevId, NodeId } from "../../protocol/view.ts";
import type { Position } from "../store/stores.ts";

/** Tabs of the inspector, as links name them. */
export const LINK_TABS = ["packet", "node", "netfilter"] as const;

export interface LinkState {
  readonly saved: SavedState;
  /** Where somebody put nodes by hand. */
  readonly positions: Readonly<Record<NodeId, Position>>;
  readonly look: LinkLook;
}

/** What was selected. Whatever is null or no longer there leaves the page as it is. */
export interface LinkLook {
  readonly node: NodeId | null;
  readonly dev: DevId | null;
  /** Trace row of the packet that is open. */
  readonly row: number | null;
  /** Whose terminal is in front. */
  readonly front: NodeId | null;
  readonly tab: (typeof LINK_TABS)[number] | null;
}

export const NO_LOOK: LinkLook = { node: null, dev: null, row: null, front: null, tab: null };

/**
 * Why a link cannot be opened; each has a sentence in `src/i18n/…/share.ts`.
 * `not-a-link`: something else. `damaged`: it begins like one, but cannot be read. `too-large`: past a limit of
 * pack.ts. `newer`: made by a later version of the page. `no-such-scene`: it names a scene that this page has not.
 */
export const LINK_FAULTS = ["not-a-link", "damaged", "too-large", "newer", "no-such-scene"] as const;
export type LinkFault = (typeof LINK_FAULTS)[number];

export type Decoded =
  /** `sceneChanged`: the scene that it names has been changed since, so that things may happen at other moments. */
  | { readonly ok: true; readonly state: LinkState; readonly sceneChanged: boolean }
  | { readonly ok: false; readonly fault: LinkFault };

// A line of the palette: something that a person can do on this page.

import type { enPalette } from "../../i18n/en/palette.ts";
import type { Words } from "../../protocol/scene.ts";

export type Group = keyof typeof enPalette.groups;

export interface Entry {
  /** The same from visit to visit: what was done lately is remembered by it. */
  readonly id: string;
  readonly group: Group;
  readonly title: Words;
  /** What else finds it: a shell line, an image's name. Shown in small type. */
  readonly hint?: string;
  /** As keys.ts names them. */
  readonly key?: string;
  /** Of a setting: it is so already. */
  readonly chosen?: boolean;
  /** Done lately. */
  readonly late?: boolean;
  /** What it leads on to; without it, `does` is called. */
  readonly leads?: () => Choice;
  readonly does: () => void;
}

/** A second list, opened by an entry of the first. */
export interface Choice {
  readonly title: Words;
  readonly entries: readonly Entry[];
}

/**
 * The settings in the page's address, read and judged. Pure. Whatever is unknown or makes no sense is left out and told as a
 * fault, so that any address gives a page. docs/embedding.md has the table that readers see.
 */
import { flagOf } from "../store/embedded.ts";
import { LOCKS, type Lock } from "../store/locks.ts";

export const EMBED_PANELS = ["canvas", "terminal", "packets", "tables", "timeline"] as const;
export type EmbedPanel = (typeof EMBED_PANELS)[number];
export const EMBED_THEMES = ["auto", "light", "dark", "projector"] as const;
export type EmbedTheme = (typeof EMBED_THEMES)[number];

export interface Params {
  readonly embed: boolean;
  readonly scene: string | null;
  readonly lesson: string | null;
  readonly lang: "en" | "zh" | null;
  readonly theme: EmbedTheme | null;
  readonly autoplay: boolean;
  /** 0.1 to 10. */
  readonly speed: number | null;
  /** A lesson's step, from 1. */
  readonly step: number | null;
  /** An event by its number in the list, from 1. */
  readonly at: number | null;
  /** A node by its id or name. */
  readonly focus: string | null;
  /** In place of the scene's own. */
  readonly seed: number | null;
  /** Null: the usual ones. */
  readonly panels: ReadonlySet<EmbedPanel> | null;
  readonly lock: ReadonlySet<Lock>;
  readonly load: "click" | null;
  /** A lesson is taken as a test: answers are judged, and the host page gets the result. */
  readonly assess: boolean;
}

/** `unknown`: no setting has this name. `value`: the setting's value makes no sense. */
export interface Fault {
  readonly kind: "unknown" | "value";
  readonly name: string;
  /** At most LONGEST_SHOWN characters. */
  readonly value: string;
}

export interface Parsed {
  readonly params: Params;
  readonly faults: readonly Fault[];
}

export const NO_PARAMS: Params = {
  embed: false,
  scene: null,
  lesson: null,
  lang: null,
  theme: null,
  autoplay: false,
  speed: null,
  step: null,
  at: null,
  focus: null,
  seed: null,
  panels: null,
  lock: new Set(),
  load: null,
  assess: false,
};

const LONGEST_SHOWN = 40;
/** Names of scenes, lessons and nodes. */
const LONGEST_NAME = 200;
const MOST_FAULTS = 8;
const LAST_EVENT = 100_000;
const LAST_SEED = 0xffffffff;

/** Undefined: the value makes no sense. */
type Read<T> = (value: string) => T | undefined;

const flag: Read<boolean> = (value) => flagOf(value) ?? undefined;

const name: Read<string> = (value) => {
  const text = value.trim();
  return text === "" || text.length > LONGEST_NAME ? undefined : text;
};

function oneOf<T extends string>(all: readonly T[]): Read<T> {
  return (value) => all.find((one) => one === value.trim().toLowerCase());
}

/** A comma between them; the empty value is the empty set. */
function someOf<T extends string>(all: readonly T[]): Read<ReadonlySet<T>> {
  const read = oneOf(all);
  return (value) => {
    const found = value.split(",").flatMap((word) => (word.trim() === "" ? [] : [read(word)]));
    return found.includes(undefined) ? undefined : new Set(found as T[]);
  };
}

/** Digits with at most one point; a number outside makes no sense. */
function numberIn(least: number, most: number, whole: boolean): Read<number> {
  const form = whole ? /^\d{1,10}$/ : /^\d{0,4}(\.\d{1,6})?$/;
  return (value) => {
    const text = value.trim();
    const number = Number(text);
    return text !== "" && form.test(text) && number >= least && number <= most ? number : undefined;
  };
}

/** "zh-CN" is Chinese as well. */
const language: Read<"en" | "zh"> = (value) => {
  const [, found] = /^(en|zh)([-_]|$)/i.exec(value.trim()) ?? [];
  return found?.toLowerCase() as "en" | "zh" | undefined;
};

const READERS: { readonly [K in keyof Params]: Read<NonNullable<Params[K]>> } = {
  embed: flag,
  scene: name,
  lesson: name,
  lang: language,
  theme: oneOf(EMBED_THEMES),
  autoplay: flag,
  speed: numberIn(0.1, 10, false),
  step: numberIn(1, 999, true),
  at: numberIn(1, LAST_EVENT, true),
  focus: name,
  seed: numberIn(0, LAST_SEED, true),
  panels: (value) => {
    const panels = someOf(EMBED_PANELS)(value);
    return panels === undefined || panels.size === 0 ? undefined : panels;
  },
  lock: someOf(LOCKS),
  load: oneOf(["click"]),
  assess: flag,
};

/** Reads the part of an address after "?". Of a setting that stands there twice the last one that makes sense counts. */
export function parseParams(search: string): Parsed {
  const params: Record<string, unknown> = { ...NO_PARAMS };
  const faults: Fault[] = [];
  for (const [key, value] of new URLSearchParams(search)) {
    const known = Object.hasOwn(READERS, key);
    const read = known ? READERS[key as keyof Params](value) : undefined;
    if (read !== undefined) params[key] = read;
    else if (faults.length < MOST_FAULTS) {
      faults.push({ kind: known ? "value" : "unknown", name: short(key), value: short(value) });
    }
  }
  return { params: params as unknown as Params, faults };
}

/** The text as far as a sentence has room for it; no letter is cut in two. */
export function short(text: string): string {
  const letters = Array.from(text);
  return letters.length <= LONGEST_SHOWN ? text : `${letters.slice(0, LONGEST_SHOWN - 1).join("")}…`;
}

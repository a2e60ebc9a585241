// All sentences: those that the first picture needs and those that come with the panels. Only what is fetched later imports this file.
import { useStore } from "zustand";
import { enLater } from "./en/later.ts";
import { type LaterText, type Text, textStore } from "./text.ts";

export type AllText = Text & LaterText;

/** Of each language, its sentences joined. */
const joined = new WeakMap<Text, AllText>();

/** English comes with this file, another language's later sentences with its first ones. */
function join({ text, later }: { readonly text: Text; readonly later: LaterText | null }): AllText {
  const all = joined.get(text) ?? { ...text, ...(later ?? enLater) };
  joined.set(text, all);
  return all;
}

/** For what React draws. */
export function useAllText(): AllText {
  return useStore(textStore, join);
}

/** For everything else. */
export function allText(): AllText {
  return join(textStore.getState());
}

// All sentences: those that the first picture needs and those that come with the panels. Only what is fetched later imports this file.
import { type Text, textStore, useText } from "./text.ts";

export type AllText = Text;

/** For what React draws. */
export function useAllText(): AllText {
  return useText();
}

/** For everything else. */
export function allText(): AllText {
  return textStore.getState().text;
}

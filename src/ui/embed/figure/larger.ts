// "Open larger": this very moment on the whole page.
import { textStore } from "../../../i18n/text.ts";
import { linkToMoment } from "../../links/open-link.ts";
import { parseParams } from "../params.ts";

/** Settings that go along: how it looks, and what is locked. */
const CARRIED = ["theme", "lock", "lesson", "step", "assess"] as const;

/** The whole page's address with the state that is open; with the figure's own settings before anything is. */
export async function largerAddress(search: string = location.search): Promise<string> {
  const given = new URLSearchParams(search);
  const moment = await linkToMoment();
  const url = new URL(moment ?? new URL(location.pathname, location.href).href);
  const { params } = parseParams(search);
  if (moment === null && params.scene !== null) url.searchParams.set("scene", params.scene);
  url.searchParams.set("lang", textStore.getState().language);
  for (const name of CARRIED) {
    const value = given.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  // A lesson begins at its own start, with what may be seen of it.
  if (params.lesson !== null) url.hash = "";
  return url.href;
}

/** Opens it in a window of its own; the address, when the page around this figure does not let windows open. */
export async function openLarger(): Promise<string | null> {
  const address = await largerAddress();
  const opened = window.open(address, "_blank");
  if (opened === null) return address;
  try {
    opened.opener = null;
  } catch {
    // Another origin already: then it cannot reach this page either.
  }
  return null;
}

/** The page's address names the open lesson, so that a reload, a bookmark or a link opens it again. */

import { replaceAddress } from "../shell/replace-address.ts";

/** @param source a lesson's id or its file's link; null: no lesson, or one that nobody else can open */
export function nameLesson(source: string | null): void {
  const url = new URL(location.href);
  const { searchParams } = url;
  if (source === searchParams.get("lesson") && !searchParams.has("step")) return;
  searchParams.delete("step");
  if (source === null) searchParams.delete("lesson");
  else searchParams.set("lesson", source);
  replaceAddress(url);
}

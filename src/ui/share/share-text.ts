// The sentences of this room, in the language that is shown. They are fetched with it.
import { enShare } from "../../i18n/en/share.ts";
import { textStore, useLanguage } from "../../i18n/text.ts";
import { zhShare } from "../../i18n/zh/share.ts";

export type ShareText = typeof enShare;

export function useShareText(): ShareText {
  return useLanguage() === "zh" ? zhShare : enShare;
}

/** The same outside React. */
export function shareText(): ShareText {
  return textStore.getState().language === "zh" ? zhShare : enShare;
}

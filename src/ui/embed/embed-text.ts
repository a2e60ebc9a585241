// The sentences of this room, in the language that is shown. They are fetched with it.
import { enEmbed } from "../../i18n/en/embed.ts";
import { textStore, useLanguage } from "../../i18n/text.ts";
import { zhEmbed } from "../../i18n/zh/embed.ts";

export type EmbedText = typeof enEmbed;

export function useEmbedText(): EmbedText {
  return useLanguage() === "zh" ? zhEmbed : enEmbed;
}

/** The same outside React. */
export function embedText(): EmbedText {
  return textStore.getState().language === "zh" ? zhEmbed : enEmbed;
}

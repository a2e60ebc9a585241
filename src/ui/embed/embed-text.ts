// The sentences of this room. They are fetched with it.
import { enEmbed } from "../../i18n/en/embed.ts";
import { partText } from "../../i18n/part-text.ts";
import { zhEmbed } from "../../i18n/zh/embed.ts";

export type EmbedText = typeof enEmbed;

export const { use: useEmbedText, now: embedText } = partText(enEmbed, zhEmbed);

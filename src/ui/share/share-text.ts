// The sentences of this room. They are fetched with it.
import { enShare } from "../../i18n/en/share.ts";
import { partText } from "../../i18n/part-text.ts";
import { zhShare } from "../../i18n/zh/share.ts";

export type ShareText = typeof enShare;

export const { use: useShareText, now: shareText } = partText(enShare, zhShare);

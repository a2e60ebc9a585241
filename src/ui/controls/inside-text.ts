// The sentences about looking inside. They are fetched with the panels.
import { enInside } from "../../i18n/en/inside.ts";
import { partText } from "../../i18n/part-text.ts";
import { zhInside } from "../../i18n/zh/inside.ts";

export type InsideText = typeof enInside;

export const { of: insideTextOf, use: useInsideText, now: insideTextNow } = partText(enInside, zhInside);

// The sentences of palette and help, in the language that is shown and in both.
import { enPalette } from "../../i18n/en/palette.ts";
import { partText } from "../../i18n/part-text.ts";
import { zhPalette } from "../../i18n/zh/palette.ts";
import type { Words } from "../../protocol/scene.ts";

export type PaletteText = typeof enPalette;

export const { use: usePaletteText } = partText(enPalette, zhPalette);

/** A title in both languages: whichever is shown, the other one finds it too. */
export function both(say: (t: PaletteText) => string): Words {
  return { en: say(enPalette), zh: say(zhPalette) };
}

/** The same of something that has a name in each language. */
export function bothOf(name: Words, say: (t: PaletteText, name: string) => string): Words {
  return { en: say(enPalette, name.en), zh: say(zhPalette, name.zh) };
}

// The sentences about kept scenes, files and dropping them.
import { enLibrary } from "../../i18n/en/library.ts";
import { partText } from "../../i18n/part-text.ts";
import { zhLibrary } from "../../i18n/zh/library.ts";

export type LibraryText = typeof enLibrary;

export const { use: useLibraryText, now: libraryText } = partText(enLibrary, zhLibrary);

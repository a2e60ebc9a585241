// The sentences about kept scenes, files and dropping them, in the language that is shown.
import { enLibrary } from "../../i18n/en/library.ts";
import { textStore, useLanguage } from "../../i18n/text.ts";
import { zhLibrary } from "../../i18n/zh/library.ts";

export type LibraryText = typeof enLibrary;

export function useLibraryText(): LibraryText {
  return useLanguage() === "zh" ? zhLibrary : enLibrary;
}

export function libraryText(): LibraryText {
  return textStore.getState().language === "zh" ? zhLibrary : enLibrary;
}

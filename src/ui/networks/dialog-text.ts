// The sentences of the dialogs about networks, in the language that is shown. They are fetched with the dialogs.
import { enDialogs } from "../../i18n/en/dialogs.ts";
import { useLanguage } from "../../i18n/text.ts";
import { zhDialogs } from "../../i18n/zh/dialogs.ts";

export type DialogText = typeof enDialogs;

export function useDialogText(): DialogText {
  return useLanguage() === "zh" ? zhDialogs : enDialogs;
}

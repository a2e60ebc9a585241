// The sentences of the dialogs about networks. They are fetched with the dialogs.
import { enDialogs } from "../../i18n/en/dialogs.ts";
import { partText } from "../../i18n/part-text.ts";
import { zhDialogs } from "../../i18n/zh/dialogs.ts";

export type DialogText = typeof enDialogs;

export const { use: useDialogText } = partText(enDialogs, zhDialogs);

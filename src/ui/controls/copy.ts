import { notify } from "../store/notices.ts";

/** Puts text on the clipboard, and says so; or says that the browser forbids it. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notify("note", (t) => t.notice.copied);
  } catch {
    notify("error", (t) => t.notice.notCopied);
  }
}

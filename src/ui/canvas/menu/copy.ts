/** Text for the clipboard. */
import { notify } from "../../store/notices.ts";
import { menuText } from "./text.ts";

/** Copies, and says so; or says that the browser forbids it. */
export function copyText(text: string): void {
  const done = () => notify("note", () => menuText().copied(text));
  const failed = () => notify("note", () => menuText().cannotCopy);
  if (navigator.clipboard === undefined) failed();
  else navigator.clipboard.writeText(text).then(done, failed);
}

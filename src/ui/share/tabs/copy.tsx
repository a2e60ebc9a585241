// Text that can be taken along: a button that copies, and the text itself for where the clipboard is refused.
import { Check, Copy } from "lucide-react";
import { type RefObject, useEffect, useId, useRef, useState } from "react";
import { useShareText } from "../share-text.ts";

/** How long "Copied" stands on the button, ms. */
const SAID_MS = 2500;

type Copied = "not yet" | "yes" | "refused";

export interface CopyFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly text: string;
  /** Lines that are seen at once. */
  readonly rows: number;
}

export function CopyField({ label, hint, text, rows }: CopyFieldProps) {
  const t = useShareText().dialog;
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const [copied, setCopied] = useCopied(text);
  return (
    <div className="share-field">
      <div className="share-field-head">
        <label htmlFor={id}>{label}</label>
        <button
          type="button"
          className="button"
          aria-label={`${t.copy}: ${label}`}
          onClick={() => void copy(text, field).then(setCopied)}
        >
          {copied === "yes" ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
          {copied === "yes" ? t.copied : t.copy}
        </button>
      </div>
      {hint !== undefined && <p className="share-hint">{hint}</p>}
      <textarea ref={field} id={id} className="share-text mono" readOnly rows={rows} value={text} spellCheck={false} />
      <p role="status" className={copied === "refused" ? "share-hint" : "visually-hidden"}>
        {copied === "refused" ? t.copyByHand : copied === "yes" ? t.copied : ""}
      </p>
    </div>
  );
}

/** What came of copying this very text. */
function useCopied(text: string): [Copied, (copied: Copied) => void] {
  const [said, say] = useState<{ readonly copied: Copied; readonly text: string }>({ copied: "not yet", text });
  useEffect(() => {
    if (said.copied !== "yes") return;
    const timer = setTimeout(() => say({ copied: "not yet", text: said.text }), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return [said.text === text ? said.copied : "not yet", (copied) => say({ copied, text })];
}

/** Copies, or else selects the text for the person to copy. */
async function copy(text: string, field: RefObject<HTMLTextAreaElement | null>): Promise<Copied> {
  try {
    await navigator.clipboard.writeText(text);
    return "yes";
  } catch {
    field.current?.focus();
    field.current?.select();
    return "refused";
  }
}

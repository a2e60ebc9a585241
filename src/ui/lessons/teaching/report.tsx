import { Copy } from "lucide-react";
import { useLanguage } from "../../../i18n/text.ts";
import { copyText } from "../../controls/copy.ts";
import type { OpenLesson } from "../lesson-store.ts";
import { useLessonText } from "../lesson-text.ts";
import { reportText } from "./report-text.ts";

/** What has come of the lesson, as text that the learner copies: it goes nowhere by itself. */
export function Report({ open }: { readonly open: OpenLesson }) {
  const t = useLessonText().report;
  const language = useLanguage();
  const text = reportText(open, language);
  return (
    <div className="lesson-report">
      <p>{t.lead}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard */}
      <pre tabIndex={0}>{text}</pre>
      <button type="button" className="button" onClick={() => void copyText(text)}>
        <Copy size={14} aria-hidden />
        {t.copy}
      </button>
    </div>
  );
}

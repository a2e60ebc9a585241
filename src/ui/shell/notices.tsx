import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { useText } from "../../i18n/text.ts";
import { dismissNotice, type Notice, useNotices } from "../store/notices.ts";

/** How long a note stays; errors stay until they are closed. */
const NOTE_MS = 7000;

/** Sentences to the person, at the bottom of the page; read out by screen readers. */
export function Notices() {
  const notices = useNotices();
  return (
    <div className="notices" role="status" aria-live="polite">
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const t = useText();
  const { id, tone, action } = notice;
  // Whoever is about to press its button shall find it.
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (tone === "error" || held) return;
    const timer = setTimeout(() => dismissNotice(id), NOTE_MS);
    return () => clearTimeout(timer);
  }, [id, tone, held]);
  const hold = () => setHeld(true);
  const letGo = () => setHeld(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing is done here, it only stays
    <div className="notice" data-tone={tone} onPointerEnter={hold} onPointerLeave={letGo} onFocus={hold} onBlur={letGo}>
      <p>{notice.say(t)}</p>
      {action !== undefined && (
        <button
          type="button"
          className="notice-action"
          onClick={() => {
            action.run();
            dismissNotice(id);
          }}
        >
          {action.label(t)}
        </button>
      )}
      <button type="button" className="notice-close" aria-label={t.shell.dismiss} onClick={() => dismissNotice(id)}>
        <X size={15} aria-hidden />
      </button>
    </div>
  );
}

// Links, and a QR code for whoever sits in front of the screen.
import { useMemo } from "react";
import { eventsUntil } from "../../events/event-number.ts";
import { useTime, useTrace } from "../../store/stores.ts";
import { momentWords } from "../../timeline/time-words.ts";
import { useShareText } from "../share-text.ts";
import { isLocalAddress, siteAddress, useOwnLesson, useOwnScene, useStateText } from "../use-moment.ts";
import { CopyField } from "./copy.tsx";
import { MOST_MODULES, QrCode, qrPath } from "./qr.tsx";

export function LinkTab() {
  const t = useShareText();
  const state = useStateText();
  const scene = useOwnScene();
  const lesson = useOwnLesson();
  const playhead_ns = useTime((s) => s.playhead_ns);
  const shown = useTrace((s) => s.shown);
  if (state === null) return <p role="status">{t.dialog.wait}</p>;
  const moment = `${siteAddress()}#s=${state}`;
  const short = scene === null ? null : `${siteAddress()}?scene=${encodeURIComponent(scene)}`;
  const event = eventsUntil(shown);
  return (
    <div className="share-link">
      <div>
        <CopyField
          label={t.link.moment}
          hint={`${t.link.momentHint(momentWords(playhead_ns), event)} ${t.link.length(moment.length.toLocaleString())}`}
          text={moment}
          rows={5}
        />
        {short !== null && <CopyField label={t.link.scene} hint={t.link.sceneHint} text={short} rows={2} />}
        {lesson !== null && (
          <CopyField
            label={t.link.lesson}
            hint={t.link.lessonHint(lesson.step)}
            text={`${siteAddress()}?lesson=${encodeURIComponent(lesson.id)}${lesson.step === 1 ? "" : `&step=${lesson.step}`}`}
            rows={2}
          />
        )}
        {isLocalAddress() && <p className="share-hint">{t.link.local}</p>}
      </div>
      <Qr moment={moment} scene={short} />
    </div>
  );
}

function Qr({ moment, scene }: { readonly moment: string; readonly scene: string | null }) {
  const t = useShareText().link;
  const fits = useMemo(() => (qrPath(moment)?.size ?? Number.POSITIVE_INFINITY) <= MOST_MODULES, [moment]);
  if (fits) {
    return (
      <figure className="share-qr-figure">
        <QrCode text={moment} label={t.qr} />
        <figcaption className="share-hint">{t.qr}</figcaption>
      </figure>
    );
  }
  if (scene === null) return <p className="share-hint share-qr-figure">{t.noneFits}</p>;
  return (
    <figure className="share-qr-figure">
      <QrCode text={scene} label={t.qrScene} />
      <figcaption className="share-hint">{t.tooLong}</figcaption>
    </figure>
  );
}

// The drawing at this moment as a file.
import { useState } from "react";
import { stillNow, titleNow } from "../../still/still.ts";
import type { StillTheme } from "../../still/theme-colours.ts";
import { useLayout, useLog, useTime } from "../../store/stores.ts";
import { savePng, saveSvg, themeNow } from "../save.ts";
import { useShareText } from "../share-text.ts";
import { Field } from "./choices.tsx";

export function PictureTab() {
  const t = useShareText().picture;
  const [theme, setTheme] = useState<StillTheme>(themeNow);
  const [failed, setFailed] = useState(false);
  // What the picture shows: it is drawn anew when any of these changes.
  useTime((s) => (s.playing ? -1 : s.playhead_ns));
  useLog((s) => s.tip);
  useLayout((s) => s.positions);
  const still = stillNow(theme);
  return (
    <div className="share-picture">
      <p className="share-hint">{t.lead}</p>
      <div className="share-row">
        <Field label={t.theme} value={theme} options={t.themes} onChange={setTheme} />
        <button type="button" className="button" onClick={() => saveSvg(theme)}>
          {t.svg}
        </button>
        <button type="button" className="button" onClick={() => void savePng(theme).then((saved) => setFailed(!saved))}>
          {t.png}
        </button>
      </div>
      {failed && <p role="alert">{t.pngFailed}</p>}
      <img
        className="share-still"
        src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(still.svg)}`}
        alt={`${t.preview}: ${titleNow()}`}
        width={still.width}
        height={still.height}
      />
    </div>
  );
}

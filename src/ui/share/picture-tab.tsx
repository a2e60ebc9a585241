// The drawing at this moment as a file.
import { useMemo, useState } from "react";
import { download } from "../controls/download.ts";
import { stillNow, titleNow } from "../still/still.ts";
import type { StillTheme } from "../still/theme-colours.ts";
import { useLayout, useLog, useTime } from "../store/stores.ts";
import { Field } from "./choices.tsx";
import { fileName } from "./file-name.ts";
import { pngOf } from "./png.ts";
import { useShareText } from "./share-text.ts";

export function PictureTab() {
  const t = useShareText().picture;
  const [theme, setTheme] = useState<StillTheme>(document.documentElement.dataset.theme === "dark" ? "dark" : "light");
  const [failed, setFailed] = useState(false);
  const playhead_ns = useTime((s) => (s.playing ? -1 : s.playhead_ns));
  const tip = useLog((s) => s.tip);
  const positions = useLayout((s) => s.positions);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what the picture shows
  const still = useMemo(() => stillNow(theme), [theme, playhead_ns, tip, positions]);
  const savePng = async () => {
    const png = await pngOf(still);
    setFailed(png === null);
    if (png !== null) download(fileName("png"), png, "image/png");
  };
  return (
    <div className="share-picture">
      <p className="share-hint">{t.lead}</p>
      <div className="share-row">
        <Field label={t.theme} value={theme} options={t.themes} onChange={setTheme} />
        <button type="button" className="button" onClick={() => download(fileName("svg"), still.svg, "image/svg+xml")}>
          {t.svg}
        </button>
        <button type="button" className="button" onClick={() => void savePng()}>
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

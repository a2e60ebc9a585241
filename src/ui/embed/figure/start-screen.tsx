import { Play } from "lucide-react";
import { useEffect, useState } from "react";
import { useLanguage } from "../../../i18n/text.ts";
import type { Words } from "../../../protocol/scene.ts";
import { sameHost } from "../../../scenes/same-host.ts";
import { useEmbedText } from "../embed-text.ts";
import { startFigure } from "./figure.ts";

/** What stands in a figure until somebody starts it (`load=click`): nothing runs meanwhile. */
export function StartScreen({ scene }: { readonly scene: string | null }) {
  const t = useEmbedText();
  const language = useLanguage();
  const title = useTitle(scene)[language];
  return (
    <main className="figure-start" aria-label={title}>
      <button type="button" className="figure-play" aria-label={t.startScene(title)} onClick={startFigure}>
        <span className="figure-play-sign">
          <Play size={26} fill="currentColor" strokeWidth={1.5} aria-hidden />
        </span>
        <strong>{title}</strong>
        <small>{t.still}</small>
      </button>
    </main>
  );
}

/** The title of the scene with this id; of the first scene for none, or one that there isn't. */
function useTitle(id: string | null): Words {
  const [title, setTitle] = useState<Words>(sameHost.title);
  useEffect(() => {
    if (id === null || id === sameHost.id) return;
    let mounted = true;
    void import("../../../scenes/scenes.ts").then(({ SCENES }) => {
      const found = SCENES.find((one) => one.id === id);
      if (mounted && found !== undefined) setTitle(found.title);
    });
    return () => {
      mounted = false;
    };
  }, [id]);
  return title;
}

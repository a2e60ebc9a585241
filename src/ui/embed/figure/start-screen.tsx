import { Play } from "lucide-react";
import { useEffect, useState } from "react";
import { useLanguage } from "../../../i18n/text.ts";
import type { Scene } from "../../../protocol/scene.ts";
import { sameHost } from "../../../scenes/same-host.ts";
import { useEmbedText } from "../embed-text.ts";
import { startFigure } from "./figure.ts";

const here = import.meta.url;
/** Pictures of the scenes in each language, beside the folder that this script lies in. */
const STILLS = import.meta.env.DEV ? "/stills/" : new URL("../stills/", here).href;

/** What stands in a figure until somebody starts it (`load=click`): a picture of the scene; nothing runs meanwhile. */
export function StartScreen({ scene }: { readonly scene: string | null }) {
  const t = useEmbedText();
  const language = useLanguage();
  const { id, title } = useNamed(scene);
  const words = title[language];
  return (
    <main className="figure-start">
      <img
        key={`${id} ${language}`}
        className="figure-still"
        src={`${STILLS}${id}${language === "zh" ? ".zh" : ""}.svg`}
        alt=""
        onError={(event) => event.currentTarget.remove()}
      />
      <button type="button" className="figure-play" aria-label={t.startScene(words)} onClick={startFigure}>
        <span className="figure-play-sign">
          <Play size={22} fill="currentColor" strokeWidth={1.5} aria-hidden />
        </span>
        <strong>{words}</strong>
        <small>{t.still}</small>
      </button>
    </main>
  );
}

/** The scene with this id; the first scene for none, or one that there isn't. */
function useNamed(wanted: string | null): Pick<Scene, "id" | "title"> {
  const [named, setNamed] = useState<Pick<Scene, "id" | "title">>(sameHost);
  useEffect(() => {
    if (wanted === null || wanted === sameHost.id) return;
    let mounted = true;
    void import("../../../scenes/scenes.ts").then(({ SCENES }) => {
      const found = SCENES.find(({ id }) => id === wanted);
      if (mounted && found !== undefined) setNamed(found);
    });
    return () => {
      mounted = false;
    };
  }, [wanted]);
  return named;
}

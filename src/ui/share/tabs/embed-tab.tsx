// A figure for somebody's page: settings, the text to paste, and the figure itself, live.
import { useDeferredValue, useId, useState } from "react";
import { useLanguage } from "../../../i18n/text.ts";
import { EMBED_PANELS, EMBED_THEMES } from "../../embed/params.ts";
import { SPEEDS } from "../../shell/keys.ts";
import { LOCKS } from "../../store/locks.ts";
import { useScene, useWorld } from "../../store/stores.ts";
import { useShareText } from "../share-text.ts";
import { type Choice, FIRST_CHOICE, type Figure, figureAddress, snippet } from "../snippet.ts";
import { siteAddress, useOwnLesson, useOwnScene, useStateText } from "../use-moment.ts";
import { Checks, Field, Switch } from "./choices.tsx";
import { CopyField } from "./copy.tsx";

const LEAST_HEIGHT = 160;
const MOST_HEIGHT = 2000;

export function EmbedTab() {
  const t = useShareText();
  const language = useLanguage();
  const scene = useScene();
  const own = useOwnScene();
  const lesson = useOwnLesson();
  const state = useStateText();
  const [choice, setChoice] = useState<Choice>({
    ...FIRST_CHOICE,
    begin: lesson !== null ? "lesson" : own !== null ? "scene" : "moment",
  });
  const set = (change: Partial<Choice>) => setChoice((before) => ({ ...before, ...change }));
  if (state === null || scene === null) return <p role="status">{t.dialog.wait}</p>;
  const figure = { site: siteAddress(), scene: own, lesson, state, title: t.embed.title(scene.title[language]) };
  return (
    <div className="share-embed">
      <Settings choice={choice} set={set} isOwn={own !== null} inLesson={lesson !== null} />
      <div className="share-embed-result">
        <CopyField label={t.embed.snippet} text={snippet(choice, figure)} rows={5} />
        <Preview choice={choice} figure={figure} />
      </div>
    </div>
  );
}

interface SettingsProps {
  readonly choice: Choice;
  readonly set: (change: Partial<Choice>) => void;
  readonly isOwn: boolean;
  readonly inLesson: boolean;
}

function Settings({ choice, set, isOwn, inLesson }: SettingsProps) {
  const t = useShareText().embed;
  const names = useNames();
  const heightId = useId();
  return (
    <div className="share-settings">
      <Field label={t.form} value={choice.form} options={t.forms} onChange={(form) => set({ form })} />
      {(isOwn || inLesson) && (
        <Field
          label={t.begins}
          value={choice.begin}
          options={beginnings(t.beginnings, isOwn, inLesson)}
          onChange={(begin) => set({ begin })}
        />
      )}
      <Switch label={t.autoplay} on={choice.autoplay} onChange={(autoplay) => set({ autoplay })} />
      <Switch label={t.click} on={choice.click} onChange={(click) => set({ click })} />
      <Checks
        label={t.panels}
        all={EMBED_PANELS}
        chosen={choice.panels}
        names={t.panelNames}
        onChange={(panels) => set({ panels })}
      />
      <Checks label={t.locks} all={LOCKS} chosen={choice.lock} names={t.lockNames} onChange={(lock) => set({ lock })} />
      <Field
        label={t.theme}
        value={choice.theme}
        options={Object.fromEntries(EMBED_THEMES.map((one) => [one, t.themes[one]])) as typeof t.themes}
        onChange={(theme) => set({ theme })}
      />
      <Field
        label={t.language}
        value={choice.language}
        options={t.languages}
        onChange={(language) => set({ language })}
      />
      <Field
        label={t.speed}
        value={String(choice.speed)}
        options={Object.fromEntries(SPEEDS.map((speed) => [String(speed), `${speed}×`]))}
        onChange={(speed) => set({ speed: Number(speed) })}
      />
      <Field
        label={t.focus}
        value={choice.focus ?? ""}
        options={{ "": t.nothing, ...Object.fromEntries(names.map((name) => [name, name])) }}
        onChange={(focus) => set({ focus: focus === "" ? null : focus })}
      />
      <div className="share-setting">
        <label htmlFor={heightId}>{t.height}</label>
        <input
          id={heightId}
          type="number"
          min={LEAST_HEIGHT}
          max={MOST_HEIGHT}
          step={20}
          value={choice.height_px}
          onChange={(event) => {
            const height_px = Number(event.target.value);
            if (height_px >= 1 && height_px <= MOST_HEIGHT) set({ height_px: Math.round(height_px) });
          }}
        />
      </div>
    </div>
  );
}

/** What a figure of what is open may begin with. */
function beginnings(
  all: Readonly<Record<Choice["begin"], string>>,
  isOwn: boolean,
  inLesson: boolean,
): Partial<Readonly<Record<Choice["begin"], string>>> {
  const { moment, scene, lesson } = all;
  return { ...(inLesson ? { lesson } : {}), ...(isOwn ? { scene } : {}), moment };
}

/** Names of the nodes that can be opened. */
function useNames(): readonly string[] {
  const ids = useWorld((s) => s.nodeIds);
  const nodes = useWorld((s) => s.nodes);
  return ids.flatMap((id) => nodes[id]?.name ?? []).slice(0, 200);
}

/** The page itself in a frame. It starts anew when a setting changes. */
function Preview({ choice, figure }: { readonly choice: Choice; readonly figure: Figure }) {
  const t = useShareText().embed;
  const address = useDeferredValue(figureAddress(choice, figure));
  return (
    <div className="share-preview">
      <iframe
        key={address}
        src={address}
        title={t.preview}
        style={{ height: Math.max(LEAST_HEIGHT, choice.height_px) }}
        allow="clipboard-write; fullscreen"
      />
    </div>
  );
}

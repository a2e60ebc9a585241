import { Maximize2, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useLanguage, useText } from "../../../i18n/text.ts";
import { ActionButton, Logo } from "../../shell/header/header.tsx";
import { useScene } from "../../store/stores.ts";
import { useEmbedText } from "../embed-text.ts";
import { useFigure } from "./figure.ts";
import { openLarger } from "./larger.ts";

/** The scene's title, tabs where there is room, the big button, and the way to the whole page. */
export function FigureBar({ children }: { readonly children: ReactNode }) {
  const t = useEmbedText();
  const language = useLanguage();
  const scene = useScene();
  const started = useFigure((s) => s.started);
  const [address, setAddress] = useState<string | null>(null);
  return (
    <header className="figure-bar">
      <Logo />
      <h1 className="figure-title">{scene?.title[language] ?? t.figure}</h1>
      {children}
      {started && <ActionButton />}
      <button
        type="button"
        className="button icon"
        aria-label={t.larger}
        title={t.largerTitle}
        onClick={() => void openLarger().then(setAddress)}
      >
        <Maximize2 size={15} aria-hidden />
      </button>
      {address !== null && <AddressToCopy address={address} close={() => setAddress(null)} />}
    </header>
  );
}

/** Where no window may be opened and perhaps nothing copied either, the address itself. */
function AddressToCopy({ address, close }: { readonly address: string; readonly close: () => void }) {
  const t = useEmbedText();
  const shell = useText().shell;
  return (
    <div className="figure-address" role="dialog" aria-label={t.larger}>
      <label>
        {t.noWindow}
        <input
          type="text"
          readOnly
          // biome-ignore lint/a11y/noAutofocus: it appears because its button was pressed
          autoFocus
          value={address}
          onFocus={(event) => event.target.select()}
          onKeyDown={(event) => event.key === "Escape" && close()}
        />
      </label>
      <button type="button" className="button quiet icon" aria-label={shell.close} onClick={close}>
        <X size={15} aria-hidden />
      </button>
    </div>
  );
}

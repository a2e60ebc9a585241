// A capture, and the script for a real machine.
import { useMemo, useState } from "react";
import { useLanguage } from "../../../i18n/text.ts";
import { download } from "../../controls/download.ts";
import { ask } from "../../store/session.ts";
import { useLog, useTime } from "../../store/stores.ts";
import { fileName } from "../file-name.ts";
import { saveScript, scriptNow } from "../save.ts";
import { useShareText } from "../share-text.ts";
import { CopyField } from "./copy.tsx";

export function FilesTab() {
  const t = useShareText();
  const language = useLanguage();
  const [failed, setFailed] = useState(false);
  const playhead_ns = useTime((s) => (s.playing ? -1 : s.playhead_ns));
  const tip = useLog((s) => s.tip);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what the script is made of
  const script = useMemo(scriptNow, [language, playhead_ns, tip]);
  const saveCapture = async () => {
    const answer = await ask({ kind: "pcapng", dev: null });
    setFailed(answer?.kind !== "pcapng");
    if (answer?.kind === "pcapng") download(fileName("pcapng"), new Uint8Array(answer.bytes), "application/x-pcapng");
  };
  return (
    <div className="share-files">
      <h3>{t.files.capture}</h3>
      <p className="share-hint">{t.files.captureHint}</p>
      <button type="button" className="button" onClick={() => void saveCapture()}>
        {t.files.captureSave}
      </button>
      {failed && <p role="alert">{t.files.captureNone}</p>}
      <h3>{t.files.script}</h3>
      <p className="share-hint">{t.files.scriptHint}</p>
      <button type="button" className="button" onClick={saveScript}>
        {t.files.scriptSave}
      </button>
      <CopyField label={t.files.scriptText} text={script} rows={14} />
    </div>
  );
}

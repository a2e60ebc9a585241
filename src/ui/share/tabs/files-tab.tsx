// A capture, and the script for a real machine.
import { useState } from "react";
import { download } from "../../controls/download.ts";
import { ask } from "../../store/session.ts";
import { useLog, useTime } from "../../store/stores.ts";
import { fileName } from "../file-name.ts";
import { saveScript, scriptNow } from "../save.ts";
import { useShareText } from "../share-text.ts";
import { CopyField } from "./copy.tsx";

export function FilesTab() {
  const t = useShareText();
  const [failed, setFailed] = useState(false);
  // What the script is made of: it is written anew when any of these changes.
  useTime((s) => (s.playing ? -1 : s.playhead_ns));
  useLog((s) => s.tip);
  const script = scriptNow();
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

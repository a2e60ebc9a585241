import { useAllText } from "../../../i18n/all-text.ts";
import { describeRow } from "../../events/describe.ts";
import { currentScenery } from "../../events/scenery.ts";
import { isBackground } from "../../events/tone.ts";
import { useTrace } from "../../store/stores.ts";

/** The last thing that happened, in one line of the header. */
export function NowLine() {
  const t = useAllText();
  const shown = useTrace((s) => s.shown);
  useTrace((s) => s.epoch);
  const scenery = currentScenery();
  let row = shown - 1;
  while (row >= 0 && isBackground(scenery, row)) row--;
  const text = row < 0 ? "" : describeRow(scenery, row, t).text;
  return <p className="now-line">{text}</p>;
}

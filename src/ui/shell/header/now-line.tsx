import { useAllText } from "../../../i18n/all-text.ts";
import { describeRow } from "../../events/describe.ts";
import { currentScenery } from "../../events/scenery.ts";
import { lastListed } from "../../events/tone.ts";
import { useTrace } from "../../store/stores.ts";

/** The last thing that happened, in one line of the header. */
export function NowLine() {
  const t = useAllText();
  const shown = useTrace((s) => s.shown);
  useTrace((s) => s.epoch);
  const scenery = currentScenery();
  const row = lastListed(scenery, shown);
  const text = row < 0 ? "" : describeRow(scenery, row, t).text;
  return <p className="now-line">{text}</p>;
}

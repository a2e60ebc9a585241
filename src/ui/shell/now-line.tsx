import { useText } from "../../i18n/text.ts";
import { describeRow } from "../events/describe.ts";
import { currentScenery } from "../events/scenery.ts";
import { useTrace } from "../store/stores.ts";

/** The last thing that happened, in one line of the header. */
export function NowLine() {
  const t = useText();
  const shown = useTrace((s) => s.shown);
  useTrace((s) => s.epoch);
  const text = shown === 0 ? "" : describeRow(currentScenery(), shown - 1, t).text;
  return <p className="now-line">{text}</p>;
}

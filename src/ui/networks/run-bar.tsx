import { Copy, Play } from "lucide-react";
import { useText } from "../../i18n/text.ts";
import type { CniKind } from "../../scenes/cni/plan.ts";
import { copyText } from "../controls/copy.ts";
import { uiStore } from "../shell/ui-state.ts";
import { useLocked } from "../store/locks.ts";
import { useWorld } from "../store/stores.ts";
import { type HostPlan, planText } from "./connect-plan.ts";
import { useDialogText } from "./dialog-text.ts";
import { endRun, type Run, startRun, takeBack } from "./run-store.ts";

interface RunBarProps {
  readonly kind: CniKind;
  readonly plan: readonly HostPlan[];
  readonly run: Run | null;
}

/** Copy, Run, and what came of it. */
export function RunBar({ kind, plan, run }: RunBarProps) {
  const t = useDialogText().connect;
  const { locked } = useText().canvas;
  const isLocked = useLocked("topology");
  const open = plan.flatMap(({ lines }) => lines.filter((line) => !line.stands)).length;
  return (
    <div className="connect-bar">
      <div role="status" className="connect-outcome">
        {run === null ? (
          <p>{isLocked ? locked : open === 0 ? t.none : t.lines(open)}</p>
        ) : (
          <Progress run={run} kind={kind} />
        )}
      </div>
      <div className="connect-buttons">
        <button type="button" className="button" onClick={() => void copyText(planText(plan))}>
          <Copy size={14} aria-hidden />
          {t.copy}
        </button>
        {run === null && (
          <button
            type="button"
            className="button primary"
            disabled={open === 0 || isLocked}
            onClick={() => void startRun(plan)}
          >
            <Play size={14} aria-hidden />
            {t.run}
          </button>
        )}
        {run !== null && <After run={run} />}
      </div>
    </div>
  );
}

/** What can be done once the lines have been typed, or one has failed. */
function After({ run }: { readonly run: Run }) {
  const t = useDialogText().connect;
  const shell = useText().shell;
  if (run.outcome === null) return null;
  const isDone = run.outcome.type === "done";
  return (
    <>
      {!isDone && run.at > 0 && (
        <button type="button" className="button" onClick={() => void takeBack(run.from)}>
          {t.takeBack}
        </button>
      )}
      <button
        type="button"
        className="button primary"
        onClick={() => {
          endRun();
          if (isDone) uiStore.setState({ connect: null });
        }}
      >
        {isDone ? t.close : shell.tryAgain}
      </button>
    </>
  );
}

function Progress({ run, kind }: { readonly run: Run; readonly kind: CniKind }) {
  const t = useDialogText().connect;
  const host = run.lines[run.at]?.node ?? "";
  const busy = useWorld((s) => s.nodes[host]?.busy ?? false);
  const { outcome } = run;
  if (outcome === null) return <p>{busy && run.at === 0 ? t.waits(host) : t.running(host)}</p>;
  if (outcome.type === "done") return <p>{kind.startsWith("flannel") ? t.doneFlannel : t.doneCalico}</p>;
  if (outcome.type === "away") return <p>{t.away(host)}</p>;
  if (outcome.type === "stopped") return <p>{t.stopped}</p>;
  const isGateway = outcome.words.includes("Nexthop has invalid gateway");
  return (
    <>
      <p>{t.answer(host)}</p>
      <pre className="connect-answer">{outcome.words}</pre>
      <p>{isGateway ? t.gatewayHint : t.failHint}</p>
    </>
  );
}

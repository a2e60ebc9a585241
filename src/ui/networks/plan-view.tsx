import { Check, Circle, CircleDashed, LoaderCircle, X } from "lucide-react";
import type { HostPlan, PlanLine } from "./connect-plan.ts";
import { useDialogText } from "./dialog-text.ts";
import { wordsFor } from "./line-words.ts";
import type { Run } from "./run-store.ts";

/** The very commands, host by host, each with what it is for and how far it has come. */
export function Commands({ plan, run }: { readonly plan: readonly HostPlan[]; readonly run: Run | null }) {
  const t = useDialogText().connect;
  return plan.map(({ host, net, lines }) => (
    <section key={host.name} className="connect-plan" aria-label={host.name}>
      <h3>
        {host.name} <small>{t.share(net)}</small>
      </h3>
      <ol>
        {lines.map((line) => (
          <Command key={line.line} line={line} state={stateOf(line, run)} />
        ))}
      </ol>
    </section>
  ));
}

type State = "open" | "stands" | "ran" | "runs" | "failed";

function stateOf(line: PlanLine, run: Run | null): State {
  if (line.stands) return "stands";
  const at = run?.lines.indexOf(line) ?? -1;
  if (run === null || at < 0 || at > run.at) return "open";
  if (at < run.at || run.outcome?.type === "done") return "ran";
  if (run.outcome === null) return "runs";
  return run.outcome.type === "failed" ? "failed" : "open";
}

const ICONS = { open: Circle, stands: CircleDashed, ran: Check, runs: LoaderCircle, failed: X } as const;

function Command({ line, state }: { readonly line: PlanLine; readonly state: State }) {
  const t = useDialogText();
  const Icon = ICONS[state];
  return (
    <li data-state={state}>
      <Icon size={14} aria-hidden />
      <div>
        <code>{line.line}</code>
        <p>
          {wordsFor(line.line, t)}
          {state !== "open" && <em> ({t.connect[state]})</em>}
        </p>
      </div>
    </li>
  );
}

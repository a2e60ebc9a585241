import { useText } from "../../i18n/text.ts";
import type { NodeView } from "../../protocol/view.ts";
import { describeRow } from "../events/describe.ts";
import { currentScenery, frameOf, nodeName, type Scenery } from "../events/scenery.ts";
import { selectRow, useSelection, useTrace, useWorld } from "../store/stores.ts";
import { HOOKS, type HookWalk, lastRuleRow, type Step, type Walk, walksOf } from "./walk.ts";
import "./netfilter.css";

/** The open packet, or else the last one that met a rule, on its way through the hooks of each host. */
export function Ladder() {
  const t = useText();
  const shown = useTrace((s) => s.shown);
  useTrace((s) => s.epoch);
  useWorld((s) => s.version);
  const chosen = useSelection((s) => s.row);
  const scenery = currentScenery();
  const row = chosen !== null && chosen < shown ? chosen : lastRuleRow(scenery, shown);
  if (row < 0) return <p className="look-empty">{t.netfilter.emptyLadder}</p>;
  const walks = walksOf(scenery, row, shown);
  if (walks.length === 0) return <p className="look-empty">{t.netfilter.noWalk}</p>;
  return (
    <article className="ladder">
      <h3>{frameOf(scenery, row) < 0 ? t.netfilter.ladder : describeRow(scenery, row, t).text}</h3>
      {walks.map((walk) => (
        <HostWalk key={walk.node} scenery={scenery} walk={walk} />
      ))}
    </article>
  );
}

function HostWalk({ scenery, walk }: { readonly scenery: Scenery; readonly walk: Walk }) {
  const t = useText();
  const node = scenery.nodes[walk.node];
  const ways = [
    ["IN", walk.in],
    ["OUT", walk.out],
    ["PHYSIN", walk.physIn],
    ["PHYSOUT", walk.physOut],
  ].filter(([, name]) => name !== "");
  return (
    <section>
      <h4 className="look-heading">
        {nodeName(scenery, walk.node)}
        {walk.bridged && <small>{t.netfilter.bridged}</small>}
      </h4>
      <p className="mono ladder-ways">{ways.map(([key, name]) => `${key}=${name}`).join(" ")}</p>
      <ol className="ladder-hooks">
        {walk.hooks.map((hook) => (
          <Hook key={hook.hook} scenery={scenery} hook={hook} node={node} />
        ))}
      </ol>
      {walk.drop >= 0 && <End scenery={scenery} walk={walk} node={node} />}
    </section>
  );
}

/** Why it ends here, with the rule. */
function End({ scenery, walk, node }: { scenery: Scenery; walk: Walk; node: NodeView | undefined }) {
  const t = useText();
  const step = walk.hooks.at(-1)?.steps.at(-1);
  const text = step === undefined ? "" : ruleText(node, step);
  return (
    <p className="ladder-end">
      {describeRow(scenery, walk.drop, t).text}
      {text !== "" && <code className="mono">{text}</code>}
    </p>
  );
}

interface HookProps {
  readonly scenery: Scenery;
  readonly hook: HookWalk;
  readonly node: NodeView | undefined;
}

function Hook({ scenery, hook, node }: HookProps) {
  const t = useText();
  const { name, tables } = HOOKS[hook.hook]!;
  const inUse = (table: string) => node?.iptables?.some((one) => one.name === table) === true;
  const asked = [...new Set([...tables, ...hook.steps.map((step) => step.table)])];
  return (
    <li className="ladder-hook">
      <span className="mono ladder-name">{name}</span>
      <ul>
        {asked.map((table) => {
          const steps = hook.steps.filter((step) => step.table === table);
          if (steps.length > 0) return <TableSteps key={table} table={table} steps={steps} node={node} />;
          return (
            <li key={table} className="ladder-table" data-quiet>
              <span className="mono">{table}</span>{" "}
              {inUse(table) && table === "nat" ? t.netfilter.natKnown : t.netfilter.notInUse}
            </li>
          );
        })}
        {hook.rewritten.map((row) => (
          <li key={row} className="ladder-table">
            <button type="button" className="ladder-step" onClick={() => selectRow(row)}>
              {describeRow(scenery, row, t).text}
            </button>
          </li>
        ))}
      </ul>
    </li>
  );
}

interface StepsProps {
  readonly table: string;
  readonly steps: readonly Step[];
  readonly node: NodeView | undefined;
}

function TableSteps({ table, steps, node }: StepsProps) {
  return (
    <li className="ladder-table">
      <span className="mono ladder-table-name">{table}</span>
      <ol>
        {steps.map((step) => (
          <li key={step.row}>
            <StepButton step={step} text={ruleText(node, step)} />
          </li>
        ))}
      </ol>
    </li>
  );
}

function StepButton({ step, text }: { readonly step: Step; readonly text: string }) {
  const t = useText();
  const selected = useSelection((s) => s.row === step.row);
  const { verdict } = step;
  const bad = verdict === "DROP" || verdict === "REJECT";
  return (
    <button
      type="button"
      className="ladder-step"
      style={{ paddingLeft: 6 + 12 * step.depth }}
      aria-current={selected ? "step" : undefined}
      onClick={() => selectRow(step.row)}
    >
      <span className="ladder-where">
        <span className="mono ladder-chain">{step.chain}</span>
        <span>{step.rule === 0 ? t.netfilter.policyStep : t.netfilter.ruleStep(step.rule)}</span>
        <span className="ladder-verdict" data-bad={bad || undefined} title={t.netfilter.verdicts[verdict]}>
          {verdict}
        </span>
      </span>
      {text !== "" && <span className="mono nf-text">{text}</span>}
    </button>
  );
}

/** The rule's words as they stand now; "" for a policy and for a rule that is gone. */
function ruleText(node: NodeView | undefined, { table, chain, rule }: Step): string {
  const chains = node?.iptables?.find((one) => one.name === table)?.chains;
  return chains?.find((one) => one.name === chain)?.rules[rule - 1]?.text ?? "";
}

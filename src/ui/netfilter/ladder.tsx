import { useAllText } from "../../i18n/all-text.ts";
import { describeRow, packetWords } from "../events/describe.ts";
import { explainRow, ruleLine } from "../events/explain.ts";
import { capital } from "../events/frame-words.ts";
import { ruleOfConnection } from "../events/nat.ts";
import { currentScenery, nodeName, type Scenery } from "../events/scenery.ts";
import { toneOf } from "../events/tone.ts";
import { selectRow, useSelection, useTrace, useWorld } from "../store/stores.ts";
import { HOOKS, type HookWalk, lastRuleRow, type Step, type Walk, walksOf } from "./walk.ts";
import "./netfilter.css";

/** The open packet, or else the last one that met a rule, on its way through the hooks of each host. */
export function Ladder() {
  const t = useAllText();
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
      <h3>{capital(packetWords(scenery, row, t))}</h3>
      {walks.map((walk) => (
        <HostWalk key={walk.node} scenery={scenery} walk={walk} />
      ))}
    </article>
  );
}

function HostWalk({ scenery, walk }: { readonly scenery: Scenery; readonly walk: Walk }) {
  const t = useAllText();
  const node = scenery.nodes[walk.node];
  const inUse = new Set(node?.iptables?.map((table) => table.name));
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
          <Hook
            key={hook.hook}
            scenery={scenery}
            hook={hook}
            inUse={inUse}
            isEnd={walk.refused && hook === walk.hooks.at(-1)}
          />
        ))}
      </ol>
      {walk.drop >= 0 && toneOf(scenery, walk.drop) === "drop" && <End scenery={scenery} row={walk.drop} />}
    </section>
  );
}

/** Why it ends here, in words, with the rule. */
function End({ scenery, row }: { readonly scenery: Scenery; readonly row: number }) {
  const t = useAllText();
  const why = explainRow(scenery, row, t);
  const line = ruleLine(scenery, row);
  return (
    <div className="ladder-end">
      <p>{describeRow(scenery, row, t).text}</p>
      {why !== null && <p className="ladder-why">{why}</p>}
      {line !== null && <code className="mono rule-line">{line}</code>}
    </div>
  );
}

interface HookProps {
  readonly scenery: Scenery;
  readonly hook: HookWalk;
  /** Names of the tables that the host has. */
  readonly inUse: ReadonlySet<string>;
  /** A rule here ended it: the tables behind it were not asked. */
  readonly isEnd: boolean;
}

function Hook({ scenery, hook, inUse, isEnd }: HookProps) {
  const t = useAllText();
  const { name, tables } = HOOKS[hook.hook]!;
  const all = [...new Set([...tables, ...hook.steps.map((step) => step.table)])];
  const last = hook.steps.at(-1)?.table ?? "";
  const asked = isEnd && last !== "" ? all.slice(0, all.indexOf(last) + 1) : all;
  return (
    <li className="ladder-hook">
      <span className="mono ladder-name">{name}</span>
      <ul>
        {asked.map((table) => {
          const steps = hook.steps.filter((step) => step.table === table);
          if (steps.length > 0) return <TableSteps key={table} table={table} steps={steps} />;
          return (
            <li key={table} className="ladder-table" data-quiet>
              <span className="mono">{table}</span>{" "}
              {inUse.has(table) && table === "nat" ? t.netfilter.natKnown : t.netfilter.notInUse}
            </li>
          );
        })}
        {hook.rewritten.map((row) => (
          <Rewritten key={row} scenery={scenery} row={row} />
        ))}
      </ul>
    </li>
  );
}

/** An address that another takes the place of, and the rule that the connection was set up by. */
function Rewritten({ scenery, row }: { readonly scenery: Scenery; readonly row: number }) {
  const t = useAllText();
  const selected = useSelection((s) => s.row === row);
  const ruleRow = ruleOfConnection(scenery, row);
  const met = ruleRow < 0 ? undefined : scenery.rules[scenery.columns.b[ruleRow]!];
  const isOwn = scenery.columns.packet[ruleRow] === scenery.columns.packet[row];
  return (
    <li className="ladder-table">
      <button
        type="button"
        className="ladder-step ladder-nat"
        aria-current={selected ? "step" : undefined}
        onClick={() => selectRow(row)}
      >
        {describeRow(scenery, row, t).text}
      </button>
      {met !== undefined && !isOwn && (
        <button type="button" className="ladder-step ladder-first" onClick={() => selectRow(ruleRow)}>
          {t.netfilter.firstPacket(met.chain, met.number)} <span className="mono nf-text">{met.text}</span>
        </button>
      )}
    </li>
  );
}

function TableSteps({ table, steps }: { readonly table: string; readonly steps: readonly Step[] }) {
  return (
    <li className="ladder-table">
      <span className="mono ladder-table-name">{table}</span>
      <ol>
        {steps.map((step) => (
          <li key={step.row}>
            <StepButton step={step} />
          </li>
        ))}
      </ol>
    </li>
  );
}

function StepButton({ step }: { readonly step: Step }) {
  const t = useAllText();
  const selected = useSelection((s) => s.row === step.row);
  const { verdict, text } = step;
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

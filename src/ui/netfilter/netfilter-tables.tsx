import { memo } from "react";
import { useAllText } from "../../i18n/all-text.ts";
import type { ChainView, NodeView, RuleView, TableView } from "../../protocol/view.ts";
import { currentScenery } from "../events/scenery.ts";
import { selectRow, useSelection, useTrace } from "../store/stores.ts";
import { ConntrackTable } from "./conntrack-table.tsx";
import { matchedRules, policyKey, ruleKey } from "./matched.ts";
import { originKey, originsOf } from "./origins.ts";
import "./netfilter.css";

/** Rules and connections of a node's namespace. */
export function NetfilterTables({ node }: { readonly node: NodeView }) {
  return (
    <>
      <Rules node={node} />
      <ConntrackTable node={node} />
    </>
  );
}

/** By table and chain, with counters; what the open packet met, or else the last one, is lit. */
function Rules({ node }: { readonly node: NodeView }) {
  const t = useAllText();
  const shown = useTrace((s) => s.shown);
  const epoch = useTrace((s) => s.epoch);
  const row = useSelection((s) => s.row);
  const scenery = currentScenery();
  const met = matchedRules(scenery, node.id, row, shown);
  const { rules } = originsOf(scenery, shown, epoch);
  const look: Look = { met, last: (key) => rules.get(originKey(node.id, key)) ?? -1 };
  return (
    <section>
      <h4 className="look-heading">{t.netfilter.iptables}</h4>
      {node.iptables === null && <p className="look-note">{t.netfilter.noRules}</p>}
      {node.iptables?.map((table) => (
        <Table key={table.name} table={table} look={look} />
      ))}
    </section>
  );
}

interface Look {
  /** Keys of the rules that the packet met which matters now. */
  readonly met: ReadonlySet<string>;
  /** Row of the last packet that met a rule; -1 for none. */
  readonly last: (key: string) => number;
}

function Table({ table, look }: { readonly table: TableView; readonly look: Look }) {
  const t = useAllText();
  const rules = table.chains.reduce((sum, chain) => sum + chain.rules.length, 0);
  return (
    <details className="nf-table" open={rules > 0}>
      <summary aria-label={t.netfilter.tableOf(table.name, rules)}>
        <span className="mono">{table.name}</span>
        <small>{t.netfilter.rules(rules)}</small>
      </summary>
      {table.chains.map((chain) => (
        <Chain key={chain.name} table={table.name} chain={chain} look={look} />
      ))}
    </details>
  );
}

interface ChainProps {
  readonly table: string;
  readonly chain: ChainView;
  readonly look: Look;
}

function Chain({ table, chain, look }: ChainProps) {
  const met = look.met.has(policyKey(table, chain.name)) || undefined;
  if (chain.rules.length === 0) {
    return (
      <p className="nf-chain nf-chain-head" data-met={met}>
        <ChainHead chain={chain} />
      </p>
    );
  }
  return (
    <details className="nf-chain" open>
      <summary className="nf-chain-head" data-met={met}>
        <ChainHead chain={chain} />
      </summary>
      <ol className="nf-rules">
        {chain.rules.map((rule, i) => {
          const key = ruleKey({ table, chain: chain.name, number: i + 1, text: rule.text });
          const isMet = look.met.has(key);
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its number
          return <Rule key={i} number={i + 1} rule={rule} isMet={isMet} row={look.last(key)} />;
        })}
      </ol>
    </details>
  );
}

function ChainHead({ chain }: { readonly chain: ChainView }) {
  const t = useAllText();
  return (
    <>
      <span className="mono nf-chain-name">{chain.name}</span>
      <span className="nf-policy" data-policy={chain.policy ?? undefined}>
        {chain.policy === null ? t.netfilter.ownChain : t.netfilter.policy(chain.policy)}
      </span>
      {chain.policy !== null && <Count packets={chain.packets} bytes={chain.bytes} />}
    </>
  );
}

interface RuleProps {
  readonly number: number;
  readonly rule: RuleView;
  readonly isMet: boolean;
  /** Of the last packet that met it; -1 for none. */
  readonly row: number;
}

const Rule = memo(
  function Rule({ number, rule, isMet, row }: RuleProps) {
    const t = useAllText();
    return (
      <li className="nf-rule" data-met={isMet || undefined}>
        <span className="nf-number">{number}</span>
        <span className="mono nf-text">{rule.text}</span>
        <Count packets={rule.packets} bytes={rule.bytes} />
        {row >= 0 && (
          <button
            type="button"
            className="table-origin"
            aria-label={t.netfilter.lastMatch}
            title={t.netfilter.lastMatch}
            onClick={() => selectRow(row)}
          />
        )}
      </li>
    );
  },
  (a, b) => a.row === b.row && a.isMet === b.isMet && a.number === b.number && sameRule(a.rule, b.rule),
);

function sameRule(a: RuleView, b: RuleView): boolean {
  return a.text === b.text && a.packets === b.packets && a.bytes === b.bytes;
}

/** Packets, and in the tooltip bytes. */
function Count({ packets, bytes }: { readonly packets: number; readonly bytes: number }) {
  const t = useAllText();
  const words = t.netfilter.counted(packets, bytes);
  return (
    <span className="nf-count mono" data-none={packets === 0 || undefined} title={words}>
      <span aria-hidden>{packets}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

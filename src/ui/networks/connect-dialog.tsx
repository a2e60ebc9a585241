/** A container network on several hosts in one gesture: choose, read the commands, run them. */

import { useState } from "react";
import type { NodeId } from "../../protocol/view.ts";
import { CNI_KINDS, type CniKind } from "../../scenes/cni/plan.ts";
import { PageDialog } from "../controls/page-dialog.tsx";
import { uiStore, useUi } from "../shell/ui-state.ts";
import { useWorld } from "../store/stores.ts";
import { hostsOf, onOneLan, planFor } from "./connect-plan.ts";
import { useDialogText } from "./dialog-text.ts";
import { clashOf, membersOf } from "./members.ts";
import { Commands } from "./plan-view.tsx";
import { RunBar } from "./run-bar.tsx";
import { useRun } from "./run-store.ts";
import "./networks.css";

export function ConnectDialog() {
  const t = useDialogText().connect;
  const wanted = useUi((s) => s.connect);
  return (
    <PageDialog
      name="connect"
      open={wanted !== null}
      onOpenChange={(open) => open || uiStore.setState({ connect: null })}
      title={t.title}
      lead={t.lead}
    >
      {wanted !== null && <Connect wanted={wanted} />}
    </PageDialog>
  );
}

function Connect({ wanted }: { readonly wanted: readonly NodeId[] }) {
  const t = useDialogText().connect;
  const nodes = useWorld((s) => s.nodes);
  const run = useRun();
  const [kind, setKind] = useState<CniKind>("flannel-vxlan");
  const hosts = hostsOf(nodes);
  const [picked, setPicked] = useState<ReadonlySet<NodeId>>(() =>
    firstPicked(
      wanted,
      hosts.map(({ id }) => id),
    ),
  );
  const members = new Set(membersOf(nodes).flatMap((m) => (m.kind === kind && m.certain ? [m.node] : [])));
  const chosen = hosts.filter(({ id }) => picked.has(id) || members.has(id));
  const now = planFor(
    nodes,
    kind,
    chosen.map(({ id }) => id),
  );
  // While it is being typed, the plan is the one that was begun.
  const plan = run?.plan ?? now;
  const toggle = (id: NodeId) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setPicked(next);
  };
  const needsOneLan = kind === "flannel-host-gw" || kind === "calico-routed";
  return (
    <>
      <fieldset className="connect-kinds" disabled={run !== null}>
        <legend>{t.kind}</legend>
        {CNI_KINDS.map((one) => (
          <Kind key={one} kind={one} chosen={one === kind} choose={setKind} />
        ))}
      </fieldset>
      <fieldset className="connect-hosts" disabled={run !== null}>
        <legend>{t.hosts}</legend>
        {hosts.map(({ id, name }) => (
          <label key={id} className="connect-host">
            <input
              type="checkbox"
              checked={picked.has(id) || members.has(id)}
              disabled={members.has(id)}
              onChange={() => toggle(id)}
            />
            {name}
            {members.has(id) && <small>{t.member}</small>}
          </label>
        ))}
      </fieldset>
      {needsOneLan && !onOneLan(chosen) && <p className="connect-note">{t.differentLans}</p>}
      <Clashes kind={kind} chosen={chosen.map(({ id }) => id)} />
      {chosen.length < 2 && run === null ? (
        <p className="connect-note">{t.tooFew}</p>
      ) : (
        <>
          <Commands plan={plan} run={run} />
          <RunBar kind={kind} plan={plan} run={run} />
        </>
      )}
    </>
  );
}

/** Everybody, unless one host of many was asked for. */
function firstPicked(wanted: readonly NodeId[], all: readonly NodeId[]): ReadonlySet<NodeId> {
  return new Set(wanted.length === 0 || all.length <= 2 ? all : wanted);
}

function Kind({ kind, chosen, choose }: { kind: CniKind; chosen: boolean; choose: (kind: CniKind) => void }) {
  const t = useDialogText();
  return (
    <label className="connect-kind">
      <input type="radio" name="kind" checked={chosen} onChange={() => choose(kind)} />
      <strong>{t.kinds[kind]}</strong>
      <span>{t.connect.kindWords[kind]}</span>
    </label>
  );
}

/** Hosts that are in the other network of the family. */
function Clashes({ kind, chosen }: { kind: CniKind; chosen: readonly NodeId[] }) {
  const t = useDialogText();
  const nodes = useWorld((s) => s.nodes);
  return chosen.map((id) => {
    const clash = clashOf(nodes, kind, id);
    if (clash === null) return null;
    return (
      <p key={id} className="connect-note">
        {t.connect.clash(nodes[id]?.name ?? id, t.kinds[clash])}
      </p>
    );
  });
}

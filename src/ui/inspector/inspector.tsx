import { Tabs } from "@base-ui/react/tabs";
import { lazy, Suspense } from "react";
import { useAllText } from "../../i18n/all-text.ts";
import { type InspectorTab, uiStore, useUi } from "../shell/ui-state.ts";
import { NodePanel } from "./node-panel.tsx";
import { PacketPanel } from "./packet-panel.tsx";
import "./inspector.css";
import "./origin/origin.css";

const Ladder = lazy(async () => ({ default: (await import("../netfilter/ladder.tsx")).Ladder }));

/** What was selected, taken apart: a packet, a node, or a packet's way among the rules. */
export function Inspector() {
  const t = useAllText();
  const tab = useUi((s) => s.inspectorTab);
  return (
    <section className="inspector" id="details" tabIndex={-1} aria-label={t.shell.inspector}>
      <h2 className="visually-hidden">{t.shell.inspector}</h2>
      <Tabs.Root
        value={tab}
        onValueChange={(value: InspectorTab) => uiStore.setState({ inspectorTab: value })}
        className="inspector-tabs"
      >
        <Tabs.List className="tabs">
          <Tabs.Tab value="packet" className="tab" data-autofocus={tab === "packet" || undefined}>
            {t.look.packet}
          </Tabs.Tab>
          <Tabs.Tab value="node" className="tab" data-autofocus={tab === "node" || undefined}>
            {t.look.node}
          </Tabs.Tab>
          <Tabs.Tab value="netfilter" className="tab" data-autofocus={tab === "netfilter" || undefined}>
            {t.netfilter.tab}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="packet" className="look-panel" tabIndex={-1}>
          <PacketPanel />
        </Tabs.Panel>
        <Tabs.Panel value="node" className="look-panel" tabIndex={-1}>
          <NodePanel />
        </Tabs.Panel>
        <Tabs.Panel value="netfilter" className="look-panel" tabIndex={-1}>
          <Suspense>
            <Ladder />
          </Suspense>
        </Tabs.Panel>
      </Tabs.Root>
    </section>
  );
}

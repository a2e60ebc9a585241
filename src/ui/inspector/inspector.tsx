import { Tabs } from "@base-ui/react/tabs";
import { useEffect } from "react";
import { useText } from "../../i18n/text.ts";
import { uiStore, useUi } from "../shell/ui-state.ts";
import { selectionStore } from "../store/stores.ts";
import { NodePanel } from "./node-panel.tsx";
import { PacketPanel } from "./packet-panel.tsx";
import "./inspector.css";

/** What was selected, taken apart: a packet or a node. */
export function Inspector() {
  const t = useText();
  const tab = useUi((s) => s.inspectorTab);
  useEffect(followSelection, []);
  return (
    <aside className="inspector" id="details" tabIndex={-1} aria-label={t.shell.inspector}>
      <Tabs.Root
        value={tab}
        onValueChange={(value: "packet" | "node") => uiStore.setState({ inspectorTab: value })}
        className="inspector-tabs"
      >
        <Tabs.List className="tabs">
          <Tabs.Tab value="packet" className="tab" data-autofocus={tab === "packet" || undefined}>
            {t.look.packet}
          </Tabs.Tab>
          <Tabs.Tab value="node" className="tab" data-autofocus={tab === "node" || undefined}>
            {t.look.node}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="packet" className="look-panel" tabIndex={-1}>
          <PacketPanel />
        </Tabs.Panel>
        <Tabs.Panel value="node" className="look-panel" tabIndex={-1}>
          <NodePanel />
        </Tabs.Panel>
      </Tabs.Root>
    </aside>
  );
}

/** Shows the tab of whatever was selected last. */
function followSelection(): () => void {
  return selectionStore.subscribe((now, before) => {
    if (now.row !== null && now.row !== before.row) uiStore.setState({ inspectorTab: "packet" });
    else if (now.node !== null && (now.node !== before.node || now.dev !== before.dev)) {
      uiStore.setState({ inspectorTab: "node" });
    }
  });
}

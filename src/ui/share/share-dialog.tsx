/** "Share": links, a figure for somebody's page, a picture, files. Nothing leaves the page but by the person's own hand. */

import { Tabs } from "@base-ui/react/tabs";
import { useEffect } from "react";
import { PageDialog } from "../controls/page-dialog.tsx";
import { uiStore, useUi } from "../shell/ui-state.ts";
import { pause } from "../store/session.ts";
import { useShareText } from "./share-text.ts";
import { EmbedTab } from "./tabs/embed-tab.tsx";
import { FilesTab } from "./tabs/files-tab.tsx";
import { LinkTab } from "./tabs/link-tab.tsx";
import { PictureTab } from "./tabs/picture-tab.tsx";
import "./share.css";

const TABS = [
  { id: "link", Panel: LinkTab },
  { id: "embed", Panel: EmbedTab },
  { id: "picture", Panel: PictureTab },
  { id: "files", Panel: FilesTab },
] as const;

export function ShareDialog() {
  const t = useShareText().dialog;
  const open = useUi((s) => s.share);
  // "This moment" has to stand still to be one.
  useEffect(() => {
    if (open) pause();
  }, [open]);
  return (
    <PageDialog
      name="share"
      open={open}
      onOpenChange={(share) => uiStore.setState({ share })}
      title={t.title}
      lead={t.lead}
    >
      <Tabs.Root defaultValue="link">
        <Tabs.List className="share-tabs">
          {TABS.map(({ id }) => (
            <Tabs.Tab key={id} value={id} className="share-tab">
              {t.tabs[id]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map(({ id, Panel }) => (
          <Tabs.Panel key={id} value={id} className="share-panel">
            <Panel />
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </PageDialog>
  );
}

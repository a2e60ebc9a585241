/** "Share": links, a figure for somebody's page, a picture, files. Nothing leaves the page but by the person's own hand. */
import { Dialog } from "@base-ui/react/dialog";
import { Tabs } from "@base-ui/react/tabs";
import { X } from "lucide-react";
import { useEffect } from "react";
import { useText } from "../../i18n/text.ts";
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
  const shell = useText().shell;
  const t = useShareText().dialog;
  const open = useUi((s) => s.share);
  // "This moment" has to stand still to be one.
  useEffect(() => {
    if (open) pause();
  }, [open]);
  return (
    <Dialog.Root open={open} onOpenChange={(share) => uiStore.setState({ share })}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="dialog-popup share">
          <Dialog.Title className="dialog-title">{t.title}</Dialog.Title>
          <Dialog.Close className="button quiet icon dialog-close" aria-label={shell.close}>
            <X size={17} aria-hidden />
          </Dialog.Close>
          <Dialog.Description className="share-lead">{t.lead}</Dialog.Description>
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
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

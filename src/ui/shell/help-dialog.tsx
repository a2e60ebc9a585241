import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useText } from "../../i18n/text.ts";
import { COMMANDS } from "./keys.ts";
import { uiStore, useUi } from "./ui-state.ts";

/** How a key is written on its cap. */
const CAPS: Readonly<Record<string, string>> = {
  " ": "Space",
  ArrowRight: "→",
  ArrowLeft: "←",
  PageDown: "PgDn",
  PageUp: "PgUp",
  ctrl: "Ctrl",
  shift: "⇧",
};

const COLOURS = ["arp", "icmp", "tcp", "udp", "vxlan", "drop"] as const;

/** What this is, which keys there are, what the colours mean. */
export function HelpDialog() {
  const t = useText();
  const open = useUi((s) => s.help);
  return (
    <Dialog.Root open={open} onOpenChange={(help) => uiStore.setState({ help })}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="dialog-popup help">
          <Dialog.Title className="dialog-title">{t.help.title}</Dialog.Title>
          <Dialog.Close className="button quiet icon dialog-close" aria-label={t.shell.close}>
            <X size={17} aria-hidden />
          </Dialog.Close>
          <Dialog.Description className="help-lead">{t.help.lead}</Dialog.Description>
          <h3>{t.help.keys}</h3>
          <dl className="help-keys">
            {COMMANDS.map((command) => (
              <div key={command.id}>
                <dt>
                  <KeyCaps name={command.keys[0]!} />
                </dt>
                <dd>{t.help.keyNames[command.id]}</dd>
              </div>
            ))}
            <div>
              <dt>
                <KeyCaps name="Esc" />
              </dt>
              <dd>{t.help.keyNames.escape}</dd>
            </div>
          </dl>
          <h3>{t.help.colours}</h3>
          <p className="help-colours">
            {COLOURS.map((tone) => (
              <span key={tone} className="chip" data-tone={tone}>
                {tone === "drop" ? t.events.chips.drop : tone === "udp" ? "UDP DNS" : tone.toUpperCase()}
              </span>
            ))}
          </p>
          <p className="help-privacy">{t.help.privacy}</p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function KeyCaps({ name }: { readonly name: string }) {
  const parts = name === "+" ? ["+"] : name.split("+");
  return parts.map((part) => <kbd key={part}>{CAPS[part] ?? (part.length === 1 ? part.toUpperCase() : part)}</kbd>);
}

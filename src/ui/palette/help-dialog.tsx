import { useAllText } from "../../i18n/all-text.ts";
import { PageDialog } from "../controls/page-dialog.tsx";
import { COMMANDS } from "../shell/keys.ts";
import { uiStore, useUi } from "../shell/ui-state.ts";
import { KeyCaps } from "./key-caps.tsx";
import { usePaletteText } from "./text.ts";
import "./help.css";

/** As src/ui/lessons/lesson-keys.ts has them. */
const LESSON_KEYS = [
  ["option", ["a", "1"]],
  ["enter", ["Enter"]],
  ["remoteNext", ["PageDown"]],
  ["remoteBack", ["PageUp"]],
  ["restart", ["r"]],
  ["reveal", ["v"]],
] as const;

const COLOURS = ["arp", "icmp", "tcp", "udp", "vxlan", "drop"] as const;

/** What this is, which keys there are, what the colours mean. */
export function HelpDialog() {
  const all = useAllText();
  const words = usePaletteText();
  const open = useUi((s) => s.help);
  return (
    <PageDialog
      name="help"
      open={open}
      onOpenChange={(help) => uiStore.setState({ help })}
      title={words.help.title}
      lead={words.help.lead}
    >
      <h3>{words.help.keys}</h3>
      <dl className="help-keys">
        {COMMANDS.map((command) => (
          <div key={command.id}>
            <dt>
              <KeyCaps name={command.keys[0]!} />
            </dt>
            <dd>{words.commands[command.id]}</dd>
          </div>
        ))}
        <div>
          <dt>
            <KeyCaps name="Esc" />
          </dt>
          <dd>{words.escape}</dd>
        </div>
      </dl>
      <h3>{words.inLesson}</h3>
      <dl className="help-keys">
        {LESSON_KEYS.map(([name, keys]) => (
          <div key={name}>
            <dt>
              {keys.map((key) => (
                <KeyCaps key={key} name={key} />
              ))}
            </dt>
            <dd>{words.lessonKeys[name]}</dd>
          </div>
        ))}
      </dl>
      <h3>{words.help.colours}</h3>
      <p className="help-colours">
        {COLOURS.map((tone) => (
          <span key={tone} className="chip" data-tone={tone}>
            {tone === "drop" ? all.events.chips.drop : tone === "udp" ? "UDP DNS" : tone.toUpperCase()}
          </span>
        ))}
      </p>
      <p className="help-privacy">{words.help.privacy}</p>
    </PageDialog>
  );
}

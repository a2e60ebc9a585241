import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import { Fragment, type RefObject } from "react";
import type { MenuEntry } from "./menu-button.tsx";
import { unlessMovedOn } from "./return-focus.ts";

interface MenuPopupProps {
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly heading: string | undefined;
  readonly entries: readonly MenuEntry[];
  readonly side: "top" | "bottom";
  readonly align: "start" | "end";
}

/** The menu of a MenuButton. */
export function MenuPopup({ anchor, open, onOpenChange, heading, entries, side, align }: MenuPopupProps) {
  const choices = entries.filter((entry) => entry.checked !== undefined);
  const others = entries.filter((entry) => entry.checked === undefined);
  const change = (next: boolean, details: { readonly event: Event }) => {
    const { target } = details.event;
    const onButton = target instanceof Node && anchor.current?.contains(target);
    // The button itself opens and closes: a press on it must not close here and open there.
    if (next || !onButton) onOpenChange(next);
  };
  return (
    <Menu.Root open={open} onOpenChange={change}>
      <Menu.Portal container={anchor.current?.closest<HTMLElement>("header, main")}>
        <Menu.Positioner
          positionMethod="fixed"
          anchor={anchor}
          sideOffset={6}
          side={side}
          align={align}
          className="menu-place"
        >
          <Menu.Popup className="menu-popup" finalFocus={unlessMovedOn(() => anchor.current)} tabIndex={0}>
            {choices.length === 0 && heading !== undefined && <div className="menu-label">{heading}</div>}
            {others.map((entry) => (
              <Menu.Item key={entry.id} className="menu-item" onClick={entry.run}>
                <Line entry={entry} />
              </Menu.Item>
            ))}
            {choices.length > 0 && others.length > 0 && <Menu.Separator className="menu-line" />}
            {choices.length > 0 && heading !== undefined && <div className="menu-label">{heading}</div>}
            {choices.length > 0 && <Choices choices={choices} />}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** A choice of one. */
function Choices({ choices }: { readonly choices: readonly MenuEntry[] }) {
  return (
    <Menu.RadioGroup
      value={choices.find((entry) => entry.checked)?.id ?? null}
      onValueChange={(id: string) => choices.find((entry) => entry.id === id)?.run()}
    >
      {choices.map((entry, i) => (
        <Fragment key={entry.id}>
          {entry.group !== undefined && entry.group !== choices[i - 1]?.group && (
            <div className="menu-label">{entry.group}</div>
          )}
          <Menu.RadioItem value={entry.id} className="menu-item" closeOnClick>
            <span className="menu-check">
              <Menu.RadioItemIndicator>
                <Check size={14} aria-hidden />
              </Menu.RadioItemIndicator>
            </span>
            <Line entry={entry} />
          </Menu.RadioItem>
        </Fragment>
      ))}
    </Menu.RadioGroup>
  );
}

function Line({ entry }: { readonly entry: MenuEntry }) {
  return (
    <>
      {entry.icon}
      <span className="menu-words">{entry.label}</span>
      {entry.hint !== undefined && <small>{entry.hint}</small>}
    </>
  );
}

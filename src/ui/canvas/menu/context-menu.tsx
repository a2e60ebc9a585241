/** The menu of whatever was pressed with the right button, by a long press or by key. */
import { Menu } from "@base-ui/react/menu";
import { ChevronRight } from "lucide-react";
import { useEffect } from "react";
import { unlessMovedOn } from "../../controls/return-focus.ts";
import { view } from "../view.ts";
import type { Action, Section } from "./action.ts";
import { actionsFor } from "./actions.ts";
import { closeContextMenu, type OpenMenu, useOpenMenu } from "./menu-store.ts";
import { isPressing, listenForMenus } from "./summon.ts";
import { elementOf, nameOfTarget } from "./target.ts";
import { useMenuText } from "./text.ts";
import "./menu.css";

export function ContextMenu() {
  const menu = useOpenMenu();
  useEffect(() => (view.element === null ? undefined : listenForMenus(view.element)), []);
  return menu === null ? null : <Popup key={menu.nth} menu={menu} />;
}

function Popup({ menu }: { menu: OpenMenu }) {
  const t = useMenuText();
  const { target, at } = menu;
  const name = nameOfTarget(target, t.ground);
  const sections = actionsFor(target, t);
  const anchor = { getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) };
  if (name === null || sections.length === 0) return null;
  return (
    <Menu.Root open onOpenChange={(open) => open || isPressing() || closeContextMenu()}>
      <Menu.Portal container={view.element?.closest<HTMLElement>("main")}>
        <Menu.Positioner
          positionMethod="fixed"
          anchor={anchor}
          side="bottom"
          align="start"
          sideOffset={2}
          className="menu-place"
        >
          <Menu.Popup
            className="menu-popup canvas-menu"
            aria-label={t.menuOf(name)}
            finalFocus={unlessMovedOn(() => elementOf(target))}
            tabIndex={0}
          >
            <div className="menu-label">{name}</div>
            {sections.map((section, i) => (
              <SectionLines key={section[0]!.id} section={section} first={i === 0} />
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function SectionLines({ section, first }: { section: Section; first: boolean }) {
  return (
    <>
      {!first && <Menu.Separator className="menu-line" />}
      {section.map((action) =>
        action.items === undefined ? (
          <Line key={action.id} action={action} />
        ) : (
          <List key={action.id} action={action} />
        ),
      )}
    </>
  );
}

function Line({ action }: { action: Action }) {
  return (
    <Menu.Item className="menu-item" data-danger={action.danger || undefined} onClick={action.run}>
      <span className="menu-words">{action.label}</span>
      {action.hint !== undefined && <small>{action.hint}</small>}
    </Menu.Item>
  );
}

function List({ action }: { action: Action }) {
  return (
    <Menu.SubmenuRoot>
      <Menu.SubmenuTrigger className="menu-item">
        <span className="menu-words">{action.label}</span>
        <ChevronRight size={14} aria-hidden />
      </Menu.SubmenuTrigger>
      <Menu.Portal container={view.element?.closest<HTMLElement>("main")}>
        <Menu.Positioner positionMethod="fixed" className="menu-place" sideOffset={2} alignOffset={-5}>
          <Menu.Popup className="menu-popup canvas-menu" aria-label={action.label}>
            {action.items?.map((item) => (
              <Line key={item.id} action={item} />
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.SubmenuRoot>
  );
}

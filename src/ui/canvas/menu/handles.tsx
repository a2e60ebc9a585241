/** What the canvas offers beyond its first picture: menus, selecting several, one line about whatever is pointed at. */

import { useEffect } from "react";
import { listenForPings } from "../gestures/ping-drag.ts";
import { GroupBar } from "../group/group-bar.tsx";
import { HoverLine } from "../hover/hover-line.tsx";
import { view } from "../view.ts";
import { ContextMenu } from "./context-menu.tsx";

export function Handles() {
  useEffect(() => {
    // Tests wait for it: from now on the canvas answers to all hands.
    if (view.element !== null) view.element.dataset.handles = "";
  }, []);
  useEffect(() => (view.element === null ? undefined : listenForPings(view.element)), []);
  return (
    <>
      <GroupBar />
      <HoverLine />
      <ContextMenu />
    </>
  );
}

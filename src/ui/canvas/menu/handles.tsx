/** What the canvas offers beyond its first picture: menus, selecting several, one line about whatever is pointed at. */
import { GroupBar } from "../group/group-bar.tsx";
import { HoverLine } from "../hover/hover-line.tsx";
import { ContextMenu } from "./context-menu.tsx";

export function Handles() {
  return (
    <>
      <GroupBar />
      <HoverLine />
      <ContextMenu />
    </>
  );
}

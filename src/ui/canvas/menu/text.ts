// The sentences of the canvas's menus, in the language that is shown. They are fetched with the menus.
import { type CanvasMenuText, enCanvasMenu } from "../../../i18n/en/canvas-menu.ts";
import { textStore, useLanguage } from "../../../i18n/text.ts";
import { zhCanvasMenu } from "../../../i18n/zh/canvas-menu.ts";

export function menuText(): CanvasMenuText {
  return textStore.getState().language === "zh" ? zhCanvasMenu : enCanvasMenu;
}

export function useMenuText(): CanvasMenuText {
  return useLanguage() === "zh" ? zhCanvasMenu : enCanvasMenu;
}

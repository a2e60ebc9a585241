// The sentences of the canvas's menus. They are fetched with the menus.
import { enCanvasMenu } from "../../../i18n/en/canvas-menu.ts";
import { partText } from "../../../i18n/part-text.ts";
import { zhCanvasMenu } from "../../../i18n/zh/canvas-menu.ts";

export const { use: useMenuText, now: menuText } = partText(enCanvasMenu, zhCanvasMenu);

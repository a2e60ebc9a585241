// The sentences in Chinese that the first picture does without.
import type { LaterText } from "../text.ts";
import { zhEvents } from "./events.ts";
import { zhHints } from "./hints.ts";
import { zhLook } from "./look.ts";
import { zhNetfilter } from "./netfilter.ts";

export const zhLater: LaterText = { events: zhEvents, hints: zhHints, look: zhLook, netfilter: zhNetfilter };

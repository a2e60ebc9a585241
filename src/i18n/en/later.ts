// The sentences in English that the first picture does without.
import { enEvents } from "./events.ts";
import { enHints } from "./hints.ts";
import { enLook } from "./look.ts";
import { enNetfilter } from "./netfilter.ts";

export const enLater = { events: enEvents, hints: enHints, look: enLook, netfilter: enNetfilter };

/** What lessons are made of: words in both languages, options, and predicates that many of them ask. */
import type { LessonLine, LessonStep, Predicate, Prediction } from "../../protocol/lesson.ts";
import type { Scene, Words } from "../../protocol/scene.ts";

export const w = (en: string, zh: string): Words => ({ en, zh });

export const option = (en: string, zh: string, when: Predicate): Prediction["options"][number] => ({
  text: { en, zh },
  when,
});

export const yes = (when: Predicate): Prediction["options"][number] => option("Yes", "会", when);
export const no = (when: Predicate): Prediction["options"][number] => option("No", "不会", not(when));

export const not = (of: Predicate): Predicate => ({ type: "not", of });
export const all = (...of: readonly Predicate[]): Predicate => ({ type: "all", of });

/** An ARP request for this address left the node. */
export const asksFor = (node: string, address: string): Predicate => ({
  type: "seen",
  node,
  way: "out",
  protocol: "arp",
  where: { "arp.opcode": "request*", "arp.dst.proto_ipv4": address },
});

/** A node received the answer to its ping. */
export const answered = (node: string): Predicate => ({
  type: "seen",
  node,
  way: "in",
  protocol: "icmp",
  where: { "icmp.type": "0 *" },
});

/** Somebody's ping set off from a node (`dev`: by this device) with these fields. */
export const pings = (node: string, where: Readonly<Record<string, string>> = {}, dev?: string): Predicate => ({
  type: "seen",
  node,
  way: "out",
  protocol: "icmp",
  where: { "icmp.type": "8 *", ...where },
  ...(dev === undefined ? {} : { dev }),
});

/** Lines that the scene itself offers as its actions, by their place from 0. */
export const actionsOf = (scene: Scene, ...places: readonly number[]): LessonLine[] =>
  places.flatMap((place) => {
    const action = scene.actions[place];
    return action === undefined ? [] : [{ node: action.node, line: action.line }];
  });

export const line = (node: string, text: string): LessonStep["lines"] => [{ node, line: text }];

/** What a session needs as soon as somebody does something: every program, and the answers to queries. */
import "../../worlds/whole.ts";
import { answerQuery } from "../query.ts";
import type { Later } from "./serve.ts";

export const later: Later = { answerQuery };

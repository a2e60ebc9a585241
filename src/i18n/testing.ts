/** Whole languages, for tests. */
import type { AllText } from "./all-text.ts";
import { enLater } from "./en/later.ts";
import { en as enFirst } from "./en/page.ts";
import { zhLater } from "./zh/later.ts";
import { zh as zhFirst } from "./zh/page.ts";

export const en: AllText = { ...enFirst, ...enLater };
export const zh: AllText = { ...zhFirst, ...zhLater };

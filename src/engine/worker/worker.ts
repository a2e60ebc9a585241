/** The Web Worker's entry: what a first ping needs, and then the rest. */
import { serve } from "./serve.ts";

serve(async () => (await import("./later.ts")).later);

/** The Web Worker's entry where nothing more can be fetched (a frame without an origin, a page from a file): everything in one. */
import { later } from "./later.ts";
import { serve } from "./serve.ts";

serve(async () => later);

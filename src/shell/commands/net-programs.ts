/** The programs that show and change a machine's network. */
import type { Programs } from "../types.ts";
import { bridge } from "./bridge.ts";
import { ip } from "./ip/ip.ts";

export const netPrograms: Programs = { bridge, ip };

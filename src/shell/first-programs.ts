/** What a first ping needs, and what containers and servers run by themselves. */
import { httpd } from "./http/httpd.ts";
import { bash, sh } from "./lang/bash.ts";
import { dnsd } from "./names/dnsd.ts";
import { ping } from "./probe/ping.ts";
import type { Programs } from "./types.ts";

export const firstPrograms: Programs = { bash, dnsd, httpd, ping, sh };

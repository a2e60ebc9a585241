/** Every program that a machine or a container has. */
import { dockerPrograms } from "../docker/programs.ts";
import { shellPrograms } from "../shell/programs.ts";
import type { Programs } from "../shell/types.ts";

export const programs: Programs = { ...shellPrograms, ...dockerPrograms };

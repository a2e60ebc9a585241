/** The programs that come with Docker and its images. */
import type { Programs } from "../shell/types.ts";
import { COMMANDS } from "./cli/commands.ts";
import { dockerProgram } from "./cli/docker.ts";
import { firstDockerPrograms } from "./first-programs.ts";

export const dockerPrograms: Programs = { ...firstDockerPrograms, docker: dockerProgram(COMMANDS) };

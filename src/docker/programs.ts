/** The programs that come with Docker and its images. */
import type { Programs } from "../shell/types.ts";
import { dockerProgram } from "./cli/docker.ts";
import { dockerdProgram } from "./dockerd.ts";
import { nginxProgram, startScript } from "./nginx.ts";

export const dockerPrograms: Programs = {
  docker: dockerProgram,
  dockerd: dockerdProgram,
  nginx: nginxProgram,
  "start.sh": startScript,
};

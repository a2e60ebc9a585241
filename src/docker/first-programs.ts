/** The programs that come with Docker and its images; of `docker` itself, what starts containers. */
import type { Programs } from "../shell/types.ts";
import { RUN } from "./cli/commands/run.ts";
import { firstDockerProgram } from "./cli/docker.ts";
import { nginxProgram, startScript } from "./container/nginx.ts";
import { dockerdProgram } from "./dockerd.ts";
import { embeddedDnsPrograms } from "./names/embedded-dns.ts";
import { dockerProxyProgram } from "./network/docker-proxy.ts";

export const firstDockerPrograms: Programs = {
  docker: firstDockerProgram([RUN]),
  "docker-proxy": dockerProxyProgram,
  dockerd: dockerdProgram,
  nginx: nginxProgram,
  "start.sh": startScript,
  ...embeddedDnsPrograms,
};

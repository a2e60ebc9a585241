/** The programs that come with Docker and its images. */
import type { Programs } from "../shell/types.ts";
import { dockerProgram } from "./cli/docker.ts";
import { nginxProgram, startScript } from "./container/nginx.ts";
import { dockerdProgram } from "./dockerd.ts";
import { embeddedDnsPrograms } from "./names/embedded-dns.ts";
import { dockerProxyProgram } from "./network/docker-proxy.ts";

export const dockerPrograms: Programs = {
  docker: dockerProgram,
  "docker-proxy": dockerProxyProgram,
  dockerd: dockerdProgram,
  nginx: nginxProgram,
  "start.sh": startScript,
  ...embeddedDnsPrograms,
};

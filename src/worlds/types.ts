/** The whole world of a scene: kernels, processes and Docker engines. */
import type { DockerWorld } from "../docker/types.ts";

export type PlaygroundWorld = DockerWorld;

/** What dockerd tells of containers and networks: daemon/events. Left out: images, volumes, the daemon itself, and the end of `docker exec -d`. */
import type { Container, DockerEvent, DockerWorld, Engine, Network } from "./types.ts";

/** eventsLimit: so many are kept. */
const LIMIT = 256;

/** @param more attributes besides the container's labels, its image and its name */
export function containerEvent(
  world: DockerWorld,
  engine: Engine,
  container: Container,
  action: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const { config, id, name } = container;
  const attributes = { ...config.labels, image: config.image, name, ...more };
  log(engine, { t_ns: world.now_ns, type: "container", action, id, attributes });
}

export function networkEvent(
  world: DockerWorld,
  engine: Engine,
  network: Network,
  action: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const attributes = { name: network.name, type: network.driver, ...more };
  log(engine, { t_ns: world.now_ns, type: "network", action, id: network.id, attributes });
}

/** `docker container prune` and `docker network prune` have come to their end. */
export function pruneEvent(world: DockerWorld, engine: Engine, type: DockerEvent["type"]): void {
  log(engine, { t_ns: world.now_ns, type, action: "prune", id: "", attributes: { reclaimed: "0" } });
}

function log(engine: Engine, event: DockerEvent): void {
  engine.eventCount++;
  engine.events.push(event);
  if (engine.events.length > LIMIT) engine.events.shift();
}

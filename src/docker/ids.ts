/** Names and numbers that the Engine draws at random. A recording's identities go before the world's random numbers. */
import { randomBelow } from "../base/random.ts";
import type { LinkIdentity } from "../protocol/scene.ts";
import { type Mac, mac } from "../wire/address.ts";
import type { ContainerId, DockerWorld, Engine, NetworkId } from "./types.ts";

export function randomHex(world: DockerWorld, digits: number): string {
  let hex = "";
  while (hex.length < digits) hex += randomBelow(world.random, 16).toString(16);
  return hex;
}

/** The first 12 digits, as the CLI shows ids. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}

/** An id of 64 digits whose short form is no decimal number, as stringid.GenerateRandomID sees to. */
function randomId(world: DockerWorld): string {
  for (;;) {
    const id = randomHex(world, 64);
    if (!/^\d+$/.test(shortId(id))) return id;
  }
}

/** From here on ids start anew at the bottom. */
const TOP_ID = "f";

/** Random, but above the newest container's as long as there is room: so lists that Docker sorts by id follow the creation. */
export function newContainerId(world: DockerWorld, engine: Engine, name: string): ContainerId {
  const known = engine.identities.containers?.[name]?.id;
  if (known !== undefined && engine.containers[known] === undefined) return known;
  const { newest } = engine;
  for (;;) {
    const id = randomId(world);
    if (id > newest || newest >= TOP_ID) return id;
  }
}

export function newNetworkId(world: DockerWorld, engine: Engine, name: string): NetworkId {
  const known = engine.identities.networks?.[name]?.id;
  return known !== undefined && engine.networks[known] === undefined ? known : randomId(world);
}

export function newEndpointId(world: DockerWorld, engine: Engine, container: string, network: string): string {
  const known = engine.identities.containers?.[container]?.networks?.[network]?.EndpointID;
  return typeof known === "string" && known !== "" ? known : randomId(world);
}

export function newSandboxId(world: DockerWorld): string {
  return randomId(world);
}

/** netutils.GenerateRandomMAC: 02:42 and four random bytes. */
export function randomDockerMac(world: DockerWorld): Mac {
  const hex = randomHex(world, 8);
  return mac(`02:42:${hex.match(/../g)?.join(":")}`);
}

/** What the identities know of a link of the machine by its name. */
export function linkIdentity(engine: Engine, name: string): LinkIdentity | undefined {
  return engine.identities.links?.[name];
}

/** The MACs of links by ifindex. */
export function macDraws(links: Readonly<Record<string, LinkIdentity>> = {}): Record<number, Mac> {
  return Object.fromEntries(Object.values(links).map((link) => [link.ifindex, mac(link.mac)]));
}

/** Name and MAC of the host's end of a veth pair with this ifindex, if the identities know it. */
export function vethIdentity(engine: Engine, ifindex: number): { name: string; mac: Mac } | null {
  for (const [name, link] of Object.entries(engine.identities.links ?? {})) {
    if (link.ifindex === ifindex && /^veth[0-9a-f]{7}$/.test(name)) return { name, mac: mac(link.mac) };
  }
  return null;
}

const ADJECTIVES =
  "admiring amazing blissful bold brave charming clever confident cool dazzling eager elastic elegant festive focused friendly gallant gifted gracious happy hopeful inspiring jolly keen kind laughing loving magical modest nifty optimistic peaceful practical quirky relaxed serene sharp stoic sweet tender trusting vibrant vigilant wizardly wonderful zealous zen".split(
    " ",
  );
const SURNAMES =
  "agnesi albattani archimedes babbage banach bardeen bell bohr boyd carson cerf chandrasekhar cohen curie darwin dijkstra einstein euclid euler faraday fermat feynman galileo gauss goldberg goodall hamilton hawking hodgkin hopper hypatia jackson jennings johnson kepler knuth lamarr lamport leakey lovelace mclean meitner mendel morse newton nobel payne perlman poincare ritchie rubin shannon snyder stallman swartz tesla thompson torvalds turing volhard wiles wing wozniak wright".split(
    " ",
  );
const GENERATED_NAME = /^[a-z]+_[a-z]+\d?$/;

/** A name for a container that nobody named. `keepsIt`: it won't be removed on its end, so the identities may know it. */
export function newContainerName(world: DockerWorld, engine: Engine, keepsIt: boolean): string {
  const taken = new Set(Object.values(engine.containers).map((c) => c.name));
  const known = Object.keys(engine.identities.containers ?? {})
    .reverse()
    .find((name) => GENERATED_NAME.test(name) && !taken.has(name));
  if (keepsIt && known !== undefined) return known;
  for (;;) {
    const adjective = ADJECTIVES[randomBelow(world.random, ADJECTIVES.length)];
    const name = `${adjective}_${SURNAMES[randomBelow(world.random, SURNAMES.length)]}`;
    if (!taken.has(name)) return name;
  }
}

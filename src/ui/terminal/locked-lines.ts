/**
 * Lines that change what is drawn, by their words. While the topology is locked they are not typed: a class may look, ping and
 * set addresses, but containers, networks and links stay. Words only: who hides them in a variable gets past. Pure.
 */

const FLAGS = String.raw`(?:-(?:n|netns)\s+\S+\s+|-\S+\s+)*`;

/** A container or a network of Docker's. */
const DOCKER = String.raw`docker\s+(?:container\s+)?(?:run|create|rm|remove|start|stop|restart|kill|pause|unpause)`;
const DOCKER_NETWORK = String.raw`docker\s+network\s+(?:create|rm|remove|connect|disconnect)`;
const PRUNE = String.raw`docker\s+(?:container|network|system)\s+prune`;
/** iproute2 takes shortened words. */
const LINK = String.raw`ip\s+${FLAGS}l(?:i|in|ink)?\s+(?:a|ad|add|d|de|del|delete)`;
const LINK_SET = String.raw`ip\s+${FLAGS}l(?:i|in|ink)?\s+(?:s|se|set)\s[^;&|]*\b(?:up|down|netns|master|nomaster|name)`;
const OTHER_IP = String.raw`ip\s+${FLAGS}(?:netns|tunnel|tunl|tuntap)\s+(?:a|add|d|de|del|delete|attach|set|change)`;
const BRCTL = String.raw`brctl\s+(?:addbr|delbr|addif|delif)`;
const IFCONFIG = String.raw`ifconfig\s+[\w.-]+\s[^;&|]*\b(?:up|down)`;

const ALL = [DOCKER, DOCKER_NETWORK, PRUNE, LINK, LINK_SET, OTHER_IP, BRCTL, IFCONFIG].join("|");
/** Not where the words are only said, or asked about. */
const CHANGES = new RegExp(
  String.raw`(?<!\b(?:echo|grep|help|man|type|which)\s+["']?)\b(?:${ALL})(?![\w-])(?!\s+--help\b)`,
);

/** Whether a line would add, remove, cut or move something. */
export function changesTopology(line: string): boolean {
  return CHANGES.test(line);
}

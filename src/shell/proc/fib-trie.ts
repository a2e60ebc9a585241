/**
 * /proc/net/fib_trie: net/ipv4/fib_trie.c. The routes lie in a level-compressed trie (Nilsson and Karlsson 1999), whose nodes double and
 * halve by how full they are. The model's own tables are lists; the trie is built anew to be shown, its routes put in from the lowest address
 * on, so that after many deletions it may be more even than the kernel's.
 */
import { routes } from "../../kernel/fib/fib.ts";
import { fibTableIds } from "../../kernel/fib/table.ts";
import { type NetnsId, type Route, RT_TABLE_LOCAL, RT_TABLE_MAIN, type World } from "../../kernel/types.ts";
import { netns } from "../../kernel/world.ts";
import { formatIpv4, type Ipv4 } from "../../wire/address.ts";

interface Leaf {
  key: number;
  /** Bits below `pos` are none of the node's; a leaf has none. */
  pos: 0;
  bits: 0;
  routes: Route[];
}

interface Tnode {
  key: number;
  pos: number;
  bits: number;
  children: (Leaf | Tnode | null)[];
}

type Node = Leaf | Tnode;

/** inflate_threshold, halve_threshold; and for the root. */
const INFLATE = { root: 30, below: 50 };
const HALVE = { root: 15, below: 25 };
const MAX_WORK = 10;
const SCOPES: Readonly<Record<number, string>> = {
  0: "universe",
  200: "site",
  253: "link",
  254: "host",
  255: "nowhere",
};

function isTnode(node: Node | null): node is Tnode {
  return node !== null && "children" in node;
}

/** What the key makes of a node's place in the address; beyond its children if it belongs elsewhere. */
function indexIn(key: number, node: Tnode): number {
  return Math.floor(((key ^ node.key) >>> 0) / 2 ** node.pos);
}

function tnode(key: number, pos: number, bits: number): Tnode {
  const shift = pos + bits;
  return {
    key: shift < 32 ? ((key >>> shift) << shift) >>> 0 : 0,
    pos,
    bits,
    children: Array.from({ length: 2 ** bits }, () => null),
  };
}

/** Whether a child begins right where its parent's bits end. */
function isFull(parent: Tnode, child: Node | null): child is Tnode {
  return isTnode(child) && child.pos + child.bits === parent.pos;
}

function emptyOf({ children }: Tnode): number {
  return children.filter((child) => child === null).length;
}

function fullOf(node: Tnode): number {
  return node.children.filter((child) => isFull(node, child)).length;
}

/** The node with twice as many children: inflate(). */
function inflate(old: Tnode): Tnode {
  const grown = tnode(old.key, old.pos - 1, old.bits + 1);
  for (const [i, child] of old.children.entries()) {
    if (child === null) continue;
    if (!isFull(old, child)) grown.children[indexIn(child.key, grown)] = child;
    else if (child.bits === 1) {
      grown.children[2 * i] = child.children[0] as Node | null;
      grown.children[2 * i + 1] = child.children[1] as Node | null;
    } else {
      const half = child.children.length / 2;
      for (const side of [0, 1]) {
        const part = tnode(child.key, child.pos, child.bits - 1);
        part.key = (child.key + side * 2 ** (child.pos + child.bits - 1)) >>> 0;
        part.children = child.children.slice(side * half, (side + 1) * half);
        grown.children[2 * i + side] = resize(part, false);
      }
    }
  }
  return resizeChildren(grown);
}

/** The node with half as many children: halve(). */
function halve(old: Tnode): Tnode {
  const shrunk = tnode(old.key, old.pos + 1, old.bits - 1);
  for (let i = 0; i < old.children.length; i += 2) {
    const [left, right] = [old.children[i] as Node | null, old.children[i + 1] as Node | null];
    if (left !== null && right !== null) {
      const pair = tnode(left.key, old.pos, 1);
      pair.children = [left, right];
      shrunk.children[i / 2] = resize(pair, false);
    } else shrunk.children[i / 2] = left ?? right;
  }
  return resizeChildren(shrunk);
}

function resizeChildren(node: Tnode): Tnode {
  for (const [i, child] of node.children.entries()) if (isFull(node, child)) node.children[i] = resize(child, false);
  return node;
}

function shouldInflate(node: Tnode, isRoot: boolean): boolean {
  const all = node.children.length;
  const used = all - emptyOf(node) + fullOf(node);
  return used > 1 && node.pos > 0 && 50 * used >= all * (isRoot ? INFLATE.root : INFLATE.below);
}

function shouldHalve(node: Tnode, isRoot: boolean): boolean {
  const all = node.children.length;
  const used = all - emptyOf(node);
  return used > 1 && node.bits > 1 && 100 * used < all * (isRoot ? HALVE.root : HALVE.below);
}

/** resize(): doubles, or else halves, or gives way to its only child. */
function resize(node: Tnode, isRoot: boolean): Node | null {
  let now = node;
  let work = MAX_WORK;
  for (; work > 0 && shouldInflate(now, isRoot); work--) now = inflate(now);
  if (work !== MAX_WORK) return now;
  for (; work > 0 && shouldHalve(now, isRoot); work--) now = halve(now);
  const left = now.children.filter((child) => child !== null);
  return left.length > 1 ? now : (left[0] ?? null);
}

/** fib_insert_node and trie_rebalance, below a node. */
function insert(node: Node | null, leaf: Leaf, isRoot: boolean): Node | null {
  if (node === null) return leaf;
  if (!isTnode(node) || indexIn(leaf.key, node) >= node.children.length) {
    const pos = 31 - Math.clz32(leaf.key ^ node.key);
    const fork = tnode(leaf.key, pos, 1);
    fork.children[indexIn(leaf.key, fork)] = leaf;
    fork.children[indexIn(node.key, fork)] = node;
    return resize(fork, isRoot);
  }
  const index = indexIn(leaf.key, node);
  node.children[index] = insert(node.children[index] as Node | null, leaf, false);
  return resize(node, isRoot);
}

function build(all: readonly Route[]): Node | null {
  const leaves = new Map<number, Leaf>();
  for (const route of all) {
    const leaf: Leaf = leaves.get(route.destination) ?? { key: route.destination, pos: 0, bits: 0, routes: [] };
    leaf.routes.push(route);
    leaves.set(route.destination, leaf);
  }
  let root: Node | null = null;
  for (const leaf of [...leaves.values()].sort((a, b) => a.key - b.key)) {
    leaf.routes.sort((a, b) => b.prefixLen - a.prefixLen);
    root = insert(root, leaf, true);
  }
  return root;
}

function show(node: Node | null, depth: number): string {
  if (node === null) return "";
  const address = formatIpv4(node.key as Ipv4);
  if (isTnode(node)) {
    const length = 32 - node.pos - node.bits;
    const head = `${"   ".repeat(depth - 1)}  +-- ${address}/${length} ${node.bits} ${fullOf(node)} ${emptyOf(node)}\n`;
    return head + node.children.map((child) => show(child, depth + 1)).join("");
  }
  const indent = "   ".repeat(depth - 1);
  const rows = node.routes.map((route) => {
    const tos = route.tos === 0 ? "" : ` tos=${route.tos}`;
    const scope = SCOPES[route.scope] ?? `scope=${route.scope}`;
    return `${indent}     /${route.prefixLen} ${scope} ${route.type.toUpperCase()}${tos}\n`;
  });
  return `${indent}  |-- ${address}\n${rows.join("")}`;
}

/** Each table in the order of the kernel's buckets. The tables local and main are one until somebody makes rules (fib_unmerge). */
export function fibTrieFile(world: World, id: NetnsId): string {
  const space = netns(world, id);
  const merged = space.rules === null;
  const both = [RT_TABLE_MAIN, RT_TABLE_LOCAL].flatMap((table) => routes(world, id, table));
  return fibTableIds(space.fib)
    .sort((x, y) => (x & 255) - (y & 255) || x - y)
    .map((table) => {
      const name = table === RT_TABLE_MAIN ? "Main:" : table === RT_TABLE_LOCAL ? "Local:" : `Id ${table}:`;
      const isUsual = table === RT_TABLE_MAIN || table === RT_TABLE_LOCAL;
      const root = build(merged && isUsual ? both : routes(world, id, table));
      return `${name}\n${show(root, 1)}`;
    })
    .join("");
}

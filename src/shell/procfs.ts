/** Files that the kernel computes: /proc and /sys as far as the network is in them. */
import type { NetnsId } from "../kernel/types.ts";
import type { ShellWorld } from "./types.ts";

/** The content of a file, or null if there is none. */
export function readProc(_world: ShellWorld, _netns: NetnsId, _path: string): string | null {
  return null;
}

/** Names in a directory, or null if there is none. */
export function listProc(_world: ShellWorld, _netns: NetnsId, _path: string): string[] | null {
  return null;
}

/** Writes a value; 0 or an errno. */
export function writeProc(_world: ShellWorld, _netns: NetnsId, _path: string, _text: string): number {
  return -13;
}

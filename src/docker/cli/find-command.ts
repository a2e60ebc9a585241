/** The way from words to a command of the docker CLI. */
import type { DockerCommand } from "./command.ts";

/** The command that the words begin with, and the words behind it. */
export function findCommand(
  commands: readonly DockerCommand[],
  words: readonly string[],
): { command: DockerCommand; rest: string[] } | null {
  for (const command of commands) {
    const path = command.path.split(" ");
    const last = path.length - 1;
    const names = [path[last], ...(command.aliases ?? [])];
    if (path.slice(0, last).every((word, i) => words[i] === word) && names.includes(words[last])) {
      return { command, rest: words.slice(path.length) };
    }
  }
  return null;
}

/** Commands that Docker has and this world has not. */
const ABSENT = new Set(
  "build builder checkpoint commit config context diff export history import load login logout manifest node plugin push rmi save search secret service stack stats swarm tag trust".split(
    " ",
  ),
);

/** Whether the words name one of Docker's commands that is not here; findCommand has not found them. */
export function isAbsent(words: readonly string[]): boolean {
  const [first = "", second = ""] = words;
  return (
    ABSENT.has(first) || (["container", "image", "system"].includes(first) && (ABSENT.has(second) || second === "df"))
  );
}

/**
 * `npm run --silent replay -- DIR… --out OUT`: runs recorded scripts in the simulator and writes what it captured and
 * printed to `OUT/<name of DIR>/`, in the recorded form. A folder that cannot be replayed is said so on stderr, the others
 * go on, and the exit code is 1.
 */
import { createHost } from "./host.ts";
import { parseArguments, replayFolders } from "./replay-folders.ts";

const USAGE = "usage: npm run --silent replay -- DIR… --out OUT\n";

function main(args: string[]): number {
  const parsed = parseArguments(args);
  if (parsed === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const failed = replayFolders(parsed, createHost, {
    done: (text) => process.stdout.write(`${text}\n`),
    warn: (text) => process.stderr.write(`${text}\n`),
  });
  return failed > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));

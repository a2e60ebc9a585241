// Starts the playground for reading and working: npm start [-- VITE OPTION…], for example `npm start -- --port 8080`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ensurePackages, root } from "./setup.mjs";

ensurePackages();
const vite = join(root, "node_modules/vite/bin/vite.js");
const server = spawn(process.execPath, [vite, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => server.kill(signal));
const [code] = await once(server, "exit");
process.exitCode = code ?? 0;

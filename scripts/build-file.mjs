// The page as one file that opens by a double click, without a server: dist/docker0-playground.html.
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";
import { ensurePackages, root } from "./setup.mjs";

ensurePackages();
const folder = join(root, "node_modules/.cache/one-file");
const target = resolve(root, process.argv[2] ?? "dist", "docker0-playground.html");

await build({
  root,
  mode: "file",
  configFile: join(root, "vite.config.ts"),
  logLevel: "warn",
  plugins: [viteSingleFile()],
  build: {
    outDir: folder,
    emptyOutDir: true,
    sourcemap: false,
    manifest: false,
    copyPublicDir: false,
    assetsInlineLimit: Number.POSITIVE_INFINITY,
    chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
  },
});

/** A picture of public/ as an address that carries it. @param {string} name */
const inline = (name) => `data:image/svg+xml;base64,${readFileSync(join(root, "public", name)).toString("base64")}`;
const page = join(folder, "index.html");
const html = readFileSync(page, "utf8");
const whole = html
  .replace(/"(?:\.\/)?favicon\.svg"/, () => `"${inline("favicon.svg")}"`)
  .replace(/"(?:\.\/)?first-scene\.svg"/, () => `"${inline("first-scene.svg")}"`);
writeFileSync(page, whole);
mkdirSync(resolve(target, ".."), { recursive: true });
copyFileSync(page, target);
process.stdout.write(`${target}: ${(statSync(target).size / 1024 / 1024).toFixed(1)} MB\n`);

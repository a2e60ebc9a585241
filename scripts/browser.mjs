// Finds a Chromium for the end-to-end tests, or installs one. A browser counts only once it has really been launched.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Flags under which Chromium starts in a container, as root, without a GPU, and calls nobody. */
export const LAUNCH_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const ON_PATH = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "microsoft-edge-stable",
];
const DOWNLOAD_LIMIT_MS = 180_000;
const LAUNCH_LIMIT_MS = 30_000;

/** Playwright's own browser has no path of its own: it is what is launched when none is given. */
const PLAYWRIGHTS_OWN = "";

/** @param {string} executablePath @returns {Promise<boolean>} whether a page opens in it */
async function launches(executablePath) {
  const { chromium } = await import("@playwright/test");
  const where = executablePath === PLAYWRIGHTS_OWN ? {} : { executablePath };
  try {
    const browser = await chromium.launch({ ...where, args: LAUNCH_FLAGS, timeout: LAUNCH_LIMIT_MS });
    const page = await browser.newPage();
    await page.goto("data:text/html,<title>ready</title>");
    const title = await page.title();
    await browser.close();
    return title === "ready";
  } catch {
    return false;
  }
}

/** @param {string} program @returns {string[]} its absolute path, or nothing */
function onPath(program) {
  const finder = process.platform === "win32" ? "where" : "which";
  try {
    return execFileSync(finder, [program], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .trim()
      .split(/\r?\n/)
      .slice(0, 1);
  } catch {
    return [];
  }
}

/** @param {string} program @param {string[]} args @returns {boolean} whether it ended well in time */
function runs(program, args) {
  process.stderr.write(`  ${program} ${args.join(" ")}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const shell = process.platform === "win32";
  return spawnSync(program, args, { stdio: "ignore", timeout: DOWNLOAD_LIMIT_MS, env, shell }).status === 0;
}

/** @returns {boolean} */
function installPlaywrights() {
  return runs("npx", ["playwright", "install", "--with-deps", "chromium", "--only-shell"]);
}

/** @returns {boolean} Debian's Chromium, where we may; the Chinese font only makes screenshots better */
function installDebians() {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return false;
  const install = ["install", "-y", "--no-install-recommends"];
  if (!runs("apt-get", ["update"]) || !runs("apt-get", [...install, "chromium"])) return false;
  runs("apt-get", [...install, "fonts-wqy-microhei"]);
  return true;
}

/**
 * @returns {Promise<string>} the path of a Chromium that launches, "" for Playwright's own
 * @throws {Error} that says what to do, when none is found and none can be installed
 */
export async function findBrowser() {
  const asked = process.env.CHROMIUM_PATH;
  if (asked) {
    if (await launches(asked)) return asked;
    process.stderr.write(`CHROMIUM_PATH is ${asked}, which does not launch: looking elsewhere.\n`);
  }
  if (await launches(PLAYWRIGHTS_OWN)) return PLAYWRIGHTS_OWN;
  for (const path of ON_PATH.flatMap(onPath)) if (await launches(path)) return path;
  process.stderr.write("No Chromium found, installing one …\n");
  if (installPlaywrights() && (await launches(PLAYWRIGHTS_OWN))) return PLAYWRIGHTS_OWN;
  if (installDebians()) for (const path of onPath("chromium")) if (await launches(path)) return path;
  throw new Error(
    "No Chromium could be found or installed for the end-to-end tests.\n" +
      "Install Chromium, Google Chrome or Microsoft Edge, or set CHROMIUM_PATH to one.",
  );
}

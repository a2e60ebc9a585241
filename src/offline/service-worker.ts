/**
 * The service worker: after one load the page opens again without a network. The files of one build are kept together under
 * the build's name. Each is checked against the digest that the build wrote down, so that a server in the middle of an update
 * cannot mix two builds; a build that is not whole is not taken at all. scripts/offline.mjs fills in FILES and BUILD.
 */

/** Paths below the site's folder with their SHA-256, in base64. */
declare const FILES: Readonly<Record<string, string>>;
/** Changes whenever a file does. */
declare const BUILD: string;

/** Once, however often they are asked for: the build puts the whole list wherever the name stands. */
const files = FILES;
const scope = self as unknown as ServiceWorkerGlobalScope;
const PREFIX = "docker0-playground ";
const CACHE = `${PREFIX}${scope.registration.scope} ${BUILD}`;
/** The build before: pages that were opened with it go on fetching its parts. */
const KEPT_BUILDS = 2;

const addressOf = (path: string) => new URL(path, scope.registration.scope).href;

scope.addEventListener("install", (event) => {
  event.waitUntil(keepBuild().then(() => scope.skipWaiting()));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldBuilds().then(() => scope.clients.claim()));
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = pathOf(request);
  if (request.method === "GET" && path !== null) event.respondWith(answer(request, path));
});

async function keepBuild(): Promise<void> {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(Object.entries(files).map(([path, digest]) => keep(cache, path, digest)));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function keep(cache: Cache, path: string, digest: string): Promise<void> {
  const address = addressOf(path);
  // What the page has just fetched need not be fetched again, unless it can change under its name.
  const response = await fetch(address, { cache: path.startsWith("assets/") ? "default" : "no-cache" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const bytes = await response.clone().arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if (btoa(String.fromCharCode(...hash)) !== digest) throw new Error(`${path} is of another build`);
  await cache.put(address, response);
}

async function forgetOldBuilds(): Promise<void> {
  const own = (await caches.keys()).filter((name) => name.startsWith(`${PREFIX}${scope.registration.scope} `));
  const older = own.filter((name) => name !== CACHE);
  await Promise.all(older.slice(0, Math.max(0, older.length + 1 - KEPT_BUILDS)).map((name) => caches.delete(name)));
}

/** The file of this site that a request asks for; null for anything else. */
function pathOf(request: Request): string | null {
  const { origin, pathname } = new URL(request.url);
  const root = new URL(scope.registration.scope);
  if (origin !== root.origin || !pathname.startsWith(root.pathname)) return null;
  const path = pathname.slice(root.pathname.length);
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

/** From this build, or for a page of the build before from that one; what neither has comes from the network. */
async function answer(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = path in files ? await cache.match(addressOf(path)) : await caches.match(addressOf(path));
  return kept ?? fetch(request);
}

// A module, so that its names are its own.
export {};

// The worker that opens the pages for the site without network. The server fills in the build and its files.
//
// It keeps the empty shell of those pages and nothing else: what a page shows about a case lies in the database of
// the browser, under the account it was read for. Requests for anything else are left to the browser.
const CACHE = "jr-shell-{{ version }}";
const SHELL = {{ shell }};
const PAGE = "/__spa-fallback.html";
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

async function keepShell() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL);
  const page = await fetch(PAGE, { cache: "no-cache" });
  // The page for signing in must never stand where the shell is looked for.
  if (!page.ok || page.redirected) throw new Error(PAGE);
  await cache.put(PAGE, page);
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && forTheSite(address.pathname)) event.respondWith(freshOrKept(event));
  else if (SHELL.includes(address.pathname)) event.respondWith(kept(request));
});

/** Whether an address is of use without network. */
function forTheSite(path) {
  return path === "/" || /^\/(cases\/\d+\/)?onsite\/?$/.test(path);
}

/** The server's page; what is kept, when it does not answer. Reflex varies its answers by origin, hence ignoreVary. */
async function freshOrKept(event) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(event.request, { signal: late.signal });
    if (answer.status >= 502 && answer.status <= 504) throw new Error("no server behind the gateway");
    return answer;
  } catch {
    if (new URL(event.request.url).pathname === "/") return Response.redirect("/onsite");
    return (await caches.match(PAGE, { ignoreVary: true })) || Response.error();
  } finally {
    clearTimeout(timer);
  }
}

async function kept(request) {
  return (await caches.match(request, { ignoreVary: true, ignoreSearch: true })) || fetch(request);
}

// Keeps the published site on this device, so that it opens without a network. The build fills the two lines below (xtask/src/offline.rs).
//
// What has a hash in its name never changes and comes from what is kept; everything else from the network while there is one. All of
// the site is kept once a page asked for more than the first minute; a new version is kept whole before it takes over.
const VERSION = "";
const FILES = [];

const SCOPE = new URL("./", location.href).href;
const PREFIX = `dynascope ${SCOPE} `;
const NAME = PREFIX + VERSION;
const URLS = new Set(FILES.map((file) => new URL(file, SCOPE).href));
const HASHED = /-[0-9a-f]{10,16}(_bg)?\.(js|wasm|css)$/;

/// The address under which something is kept: the page has one, whatever its query is.
function addressOf({ url, mode }) {
  const address = url.split(/[?#]/)[0];
  return mode === "navigate" && address === `${SCOPE}index.html` ? SCOPE : address;
}

async function keep() {
  const cache = await caches.open(NAME);
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  for (const url of URLS) {
    if (!kept.has(url)) await cache.add(new Request(url, { cache: HASHED.test(url) ? "default" : "no-cache" }));
  }
}

async function answer(request, address) {
  const kept = async () => (await caches.open(NAME)).match(address);
  if (HASHED.test(address)) return (await kept()) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (offline) {
    const found = await kept();
    if (found) return found;
    throw offline;
  }
}

addEventListener("install", (event) => {
  const before = async () => (await caches.keys()).some((name) => name.startsWith(PREFIX));
  event.waitUntil(before().then((was) => was && keep()));
});

addEventListener("activate", (event) => {
  const others = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(others());
});

addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep());
  if (event.data === "take over") event.waitUntil(skipWaiting());
});

addEventListener("fetch", (event) => {
  const address = addressOf(event.request);
  if (event.request.method === "GET" && URLS.has(address)) event.respondWith(answer(event.request, address));
});

// Brings the rest of a module, and to a page the style sheets that go with it. The first visit's part of it exports the memory under
// the name of the rest's file (xtask/src/split); a module that is whole, as in a debug build, has no such name.

/// Offers `joinRest` to the module whose exports `exportsOf` gives: with `true` the rest is here on return, else it gives a promise.
export function offerRest(exportsOf) {
  let joined = false;
  let coming = null;

  const address = () => {
    const name = Object.keys(exportsOf()).find((name) => name.includes("_rest-"));
    return name && new URL(name, import.meta.url).href;
  };
  const imports = () => ({ first: exportsOf() });

  const bring = async () => {
    const from = address();
    if (from) {
      const [module] = await Promise.all([WebAssembly.compileStreaming(fetch(from)), bringStyles()]);
      // It may have been joined in the meantime: twice is once.
      if (!joined) await WebAssembly.instantiate(module, imports());
    }
    joined = true;
    if ("document" in globalThis) import("./offline.js").then(({ keepAll }) => keepAll());
  };

  globalThis.joinRest = (now) => {
    if (!now) {
      coming ??= bring().catch((error) => {
        coming = null;
        throw error;
      });
      return coming;
    }
    if (!joined) {
      // They come while the page goes on; what fails is asked for with the next page.
      bringStyles()?.catch(() => {});
      new WebAssembly.Instance(new WebAssembly.Module(read(address())), imports());
      joined = true;
    }
  };
}

/// Brings the style sheets of the rest, where this is a page that names them and has not asked for them.
function bringStyles() {
  const link = globalThis.document?.querySelector("link[rel=later]");
  if (!link) return null;
  return new Promise((here, missing) => {
    link.onload = here;
    link.onerror = () => {
      link.rel = "later";
      missing(new Error(`${link.href} did not come`));
    };
    link.rel = "stylesheet";
  });
}

/// The bytes of the rest that this device keeps, by their address.
const kept = new Map();

/// Takes at hand what this device keeps of the rest of a module (`sw.js`): a caller that cannot wait is answered by no service worker.
export async function takeKept(module) {
  try {
    const ours = `dynascope ${new URL("./", import.meta.url).href} `;
    for (const name of (await caches.keys()).filter((name) => name.startsWith(ours))) {
      const cache = await caches.open(name);
      const rest = (await cache.keys()).filter(({ url }) => url.includes(`/${module}_rest-`));
      for (const request of rest) kept.set(request.url, await (await cache.match(request)).arrayBuffer());
    }
  } catch {
    // A page without storage, as in somebody's document, keeps nothing.
  }
}

/// The bytes of a file, while the caller waits. Only a worker may ask for bytes; a page takes them as characters.
function read(address) {
  if (kept.has(address)) return kept.get(address);
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  const inPage = "document" in globalThis;
  if (inPage) request.overrideMimeType("text/plain; charset=x-user-defined");
  else request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`${address} answered ${request.status}`);
  return inPage ? Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0)) : request.response;
}

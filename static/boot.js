// Starts the page. The Content-Security-Policy allows no inline script, so the build writes the names of the
// two files into this script's own element (`pattern_script` in Trunk.toml).
import { keepOffline } from "./offline.js";
import { offerRest, takeKept } from "./rest.js";

const { js, wasm, offline } = document.querySelector("script[data-wasm]").dataset;
const from = (name) => new URL(name, document.baseURI).href;
// What no part of the page can do without, by the names that people find versions of browsers by.
const needed = {
  WebAssembly: globalThis.WebAssembly,
  Worker: globalThis.Worker,
  popover: "popover" in HTMLElement.prototype,
  "light-dark()": CSS.supports("color", "light-dark(red, red)"),
};

// The worker starts while the page's code comes. What it says is kept until the page takes it over (web/src/client.rs); where it cannot start
// the page tries it again, and says why.
function startWorker() {
  const said = [];
  const worker = new Worker(from("worker_loader.js"), { type: "module" });
  worker.onmessage = (event) => said.push(event);
  worker.onerror = () => delete globalThis.takeWorker;
  globalThis.takeWorker = () => {
    delete globalThis.takeWorker;
    queueMicrotask(() => said.forEach((event) => worker.onmessage(event)));
    return worker;
  };
}

try {
  const lacking = Object.keys(needed).filter((name) => !needed[name]);
  if (lacking.length) throw new Error(`this browser lacks ${lacking.join(", ")}`);
  try {
    startWorker();
  } catch {}
  // Compiled while the rest is got ready; where it cannot be so, wasm-bindgen's way is taken.
  const module = WebAssembly.compileStreaming(fetch(from(wasm))).catch(() => from(wasm));
  const kept = takeKept("app");
  const { default: start, initSync } = await import(from(js));
  offerRest(() => initSync());
  await kept;
  await start({ module_or_path: module });
  // A sandbox in somebody's document keeps nothing. Where the browser refuses, the site needs its network, as any other.
  if (offline && !new URLSearchParams(location.search).has("embed")) {
    keepOffline(from(offline)).catch((error) => console.info("Dynascope is not kept for use without a network:", error));
  }
} catch (error) {
  console.error("Dynascope could not start:", error);
  const status = document.getElementById("boot");
  if (status) {
    status.setAttribute("role", "alert");
    status.textContent = `Dynascope could not start: ${error}. It needs a current browser (Chrome 123, Firefox 125, Safari 17.5 or newer), and a web server: a file opened from disk cannot load it.`;
  }
}

// Starts the page. The Content-Security-Policy allows no inline script, so the build writes the names of the
// two files into this script's own element (`pattern_script` in Trunk.toml).
import { offerRest } from "./rest.js";

const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const from = (name) => new URL(name, document.baseURI).href;
try {
  const { default: start, initSync } = await import(from(js));
  offerRest(() => initSync());
  await start({ module_or_path: from(wasm) });
} catch (error) {
  console.error("Dynascope could not start:", error);
  const status = document.getElementById("boot");
  if (status) {
    status.setAttribute("role", "alert");
    status.textContent = `Dynascope could not start: ${error}. It needs a current browser with WebAssembly, and a web server: a file opened from disk cannot load it.`;
  }
}

// Starts the worker. Its code is compiled while it is looked at what this device keeps; where it cannot be so, wasm-bindgen's way is taken.
import start, { initSync } from "./worker.js";
import { offerRest, takeKept } from "./rest.js";

const wasm = new URL("worker_bg.wasm", import.meta.url);
const module = WebAssembly.compileStreaming(fetch(wasm)).catch(() => wasm);
offerRest(() => initSync());
await takeKept("worker");
await start({ module_or_path: module });

// Starts the worker.
import start, { initSync } from "./worker.js";
import { offerRest, takeKept } from "./rest.js";

offerRest(() => initSync());
await takeKept("worker");
await start();

// Starts the worker.
import start, { initSync } from "./worker.js";
import { offerRest } from "./rest.js";

offerRest(() => initSync());
await start();

// Formats the Go programs that are named with gofmt, which stands in the folder of packages that is named first: each has to be so already.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, ...names] = process.argv.slice(2);
const { format } = await import(pathToFileURL(join(modules, "@wasm-fmt/gofmt/gofmt_node.js")));
for (const name of names) {
  const text = readFileSync(name, "utf8");
  const formatted = format(text);
  if (formatted !== text) {
    console.error(`${name} as gofmt has it:\n${formatted}`);
    process.exitCode = 1;
  }
}

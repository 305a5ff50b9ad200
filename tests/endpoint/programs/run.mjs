// Runs the JavaScript programs that are named, one after the other in one process, and tells of each how it ended.

import { pathToFileURL } from "node:url";

for (const name of process.argv.slice(2)) {
  process.exitCode = 0;
  let code = 0;
  try {
    await import(pathToFileURL(name));
    code = process.exitCode;
  } catch (error) {
    console.error(error);
    code = 2;
  }
  console.error(`${name} ended with ${code}`);
}
process.exit(0);

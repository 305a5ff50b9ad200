// Inserts into SQLite on OPFS, by its quickest file system, with a prepared statement, each by itself.
import start from "./@sqlite.org/sqlite-wasm/dist/index.mjs";

const sqlite3 = await start();
const pool = await sqlite3.installOpfsSAHPoolVfs({});
const database = new pool.OpfsSAHPoolDb("/bench.db");
database.exec("create table items (id text primary key, number integer, body text)");
onmessage = ({ data: count }) => {
  const insert = database.prepare("insert into items values (?, ?, ?)");
  const start = performance.now();
  for (let number = 0; number < count; number++) {
    insert.bind([`item-${String(number).padStart(9, "0")}`, number, "x".repeat(168)]);
    insert.step();
    insert.reset();
  }
  postMessage((count * 1000) / (performance.now() - start));
};
postMessage("ready");

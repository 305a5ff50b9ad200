// What the storage benchmarks do in the browser: the site's own worker, spoken to in its own messages, and those it is compared with.
// An item has 200 bytes, as DynamoDB counts them.

const item = (number, round = 0) => ({
  id: { S: `item-${String(number).padStart(9, "0")}` },
  number: { N: String(number + round) },
  body: { S: "x".repeat(168) },
});

/// The worker of the site at `base`, with a workspace open.
class Engine {
  static async open(base, workspace) {
    const engine = new Engine();
    engine.waiting = new Map();
    engine.next = 1;
    engine.unsent = [];
    engine.worker = new Worker(new URL("worker_loader.js", base), { type: "module" });
    const decoder = new TextDecoder();
    await new Promise((resolve, reject) => {
      engine.worker.onerror = error => reject(new Error(error.message));
      // A frame behind the other, as the site's own page reads them (web/src/protocol/frames.rs).
      engine.worker.onmessage = ({ data }) => {
        const view = new DataView(data.buffer);
        const u64 = at => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
        for (let at = 0; at < data.length; ) {
          const kind = data[at];
          let length = view.getUint32(at + (kind ? 17 : 1), true);
          const from = at + (kind ? 21 : 5);
          const text = decoder.decode(data.subarray(from, from + length));
          if (kind === 2) {
            hear("reply", { id: u64(at + 1), result: { Ok: text } });
            length += 4 + view.getUint32(from + length, true);
          } else if (kind === 3) {
            hear("reply", { id: u64(at + 1), result: { Err: text } });
          } else {
            hear(...Object.entries(JSON.parse(text))[0]);
          }
          at = from + length;
        }
      };
      const hear = (kind, body) => {
        if (kind === "loaded") {
          engine.loaded = performance.now();
          engine.post({ hello: { version: body.version, workspace, sandbox: false, again: false } });
        } else if (kind === "ready") {
          engine.ready = body;
          resolve();
        } else if (kind === "reply") {
          engine.waiting.get(body.id)?.(body.result);
          engine.waiting.delete(body.id);
        } else if (kind === "fault") {
          reject(new Error(body.message));
        }
      };
    });
    engine.openMs = performance.now() - engine.loaded;
    if (engine.ready.storage !== "durable" || engine.ready.report.length) {
      throw new Error(`opened with ${JSON.stringify([engine.ready.storage, engine.ready.report])}`);
    }
    return engine;
  }
  /// What is said at once is one post, as the site's own page has it.
  post(message) {
    this.unsent.push(message);
    if (this.unsent.length > 1) return;
    queueMicrotask(() => {
      const bytes = frames(this.unsent);
      this.unsent = [];
      this.worker.postMessage(bytes, [bytes.buffer]);
    });
  }
  call(operation, request) {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      const answer = result => ("Ok" in result ? resolve(JSON.parse(result.Ok)) : reject(new Error(JSON.stringify(result))));
      this.waiting.set(id, answer);
      this.post({ call: { id, place: "workspace", operation, request: JSON.stringify(request) } });
    });
  }
  async table(name) {
    const units = { ReadUnitsPerSecond: 40000, WriteUnitsPerSecond: 40000 };
    await this.call("CreateTable", {
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      WarmThroughput: units,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    });
    while ((await this.call("DescribeTable", { TableName: name })).Table.TableStatus !== "ACTIVE") {
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
  /// Writes items by BatchWriteItem of 25, 64 at a time as the site's own import does (web/src/client/transfer.rs); what is handed back
  /// unprocessed is sent again, and what is refused as too much at once a little later, as the AWS SDKs do.
  async load(table, first, count, round) {
    const batches = Math.ceil(count / 25);
    return inFlight(batches, 64, async batch => {
      const size = Math.min(25, count - batch * 25);
      const puts = Array.from({ length: size }, (_, n) => ({ PutRequest: { Item: item(first + batch * 25 + n, round) } }));
      let left = { [table]: puts };
      while (Object.keys(left).length) {
        try {
          left = (await this.call("BatchWriteItem", { RequestItems: left })).UnprocessedItems;
        } catch (error) {
          if (!error.message.includes("ThrottlingException")) throw error;
          await new Promise(resolve => setTimeout(resolve, 50));
        }
      }
    });
  }
  /// Ends the worker, as the browser does when a tab is closed.
  end() {
    this.worker.terminate();
  }
}

const encoder = new TextEncoder();

/// Messages as frames: a call's number, operation and request as they are, all else as JSON. The texts are encoded in one go, and are ASCII.
function frames(messages) {
  const parts = messages.map(({ call, ...other }) => (call ? [call.operation, call.request] : [JSON.stringify(other)]));
  const text = parts.map(part => part.join("")).join("");
  const texts = encoder.encode(text);
  if (texts.length !== text.length) throw new Error("a text is not ASCII");
  const heads = messages.reduce((length, { call }) => length + (call ? 17 : 5), 0);
  const bytes = new Uint8Array(texts.length + heads);
  const view = new DataView(bytes.buffer);
  let at = 0;
  let from = 0;
  messages.forEach(({ call }, n) => {
    bytes[at++] = call ? 1 : 0;
    if (call) {
      view.setUint32(at, call.id, true);
      at += 8;
    }
    for (const { length } of parts[n]) {
      view.setUint32(at, length, true);
      bytes.set(texts.subarray(from, from + length), at + 4);
      at += 4 + length;
      from += length;
    }
  });
  return bytes;
}

/// Does `count` things, `width` at a time; the seconds that takes.
async function inFlight(count, width, one) {
  let next = 0;
  const start = performance.now();
  const lane = async () => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return (performance.now() - start) / 1000;
}

/// Acknowledged PutItems a second, so many in flight, and puts into IndexedDB a second, a transaction each: one awaited behind the other, and so many at
/// once. In turns, since the machine is not equally quick from one second to the next; and behind some that are not counted: V8 compiles
/// anew what runs often.
async function puts(base, width) {
  const engine = await Engine.open(base, "puts");
  await engine.table("Items");
  let next = 0;
  const put = () => engine.call("PutItem", { TableName: "Items", Item: item(next++) });
  const [one, many] = [await plain("one"), await plain("many")];
  const turns = [
    { name: "ours", count: 4000, width, put },
    { name: "one", count: 300, width: 1, put: one.put },
    { name: "many", count: 300, width, put: many.put },
  ];
  for (const turn of turns) await inFlight(turn.count, turn.width, turn.put);
  const seconds = { ours: 0, one: 0, many: 0 };
  const rounds = 4;
  for (let round = 0; round < rounds; round++) {
    for (const turn of turns) seconds[turn.name] += await inFlight(turn.count, turn.width, turn.put);
  }
  engine.end();
  one.close();
  many.close();
  return Object.fromEntries(turns.map(({ name, count }) => [name, (rounds * count) / seconds[name]]));
}

/// Seconds of a bulk load, and how long the workspace then takes to open, in milliseconds, at best of three.
async function bulk(base, count) {
  const workspace = `bulk-${count}`;
  const engine = await Engine.open(base, workspace);
  await engine.table("Items");
  const seconds = await engine.load("Items", 0, count);
  engine.end();
  const opened = [];
  for (let round = 0; round < 3; round++) {
    const again = await Engine.open(base, workspace);
    opened.push(again.openMs);
    const { Table } = await again.call("DescribeTable", { TableName: "Items" });
    if (Table.ItemCount !== count) throw new Error(`${Table.ItemCount} items instead of ${count}`);
    again.end();
  }
  return { seconds, openMs: Math.min(...opened) };
}

/// Opens a workspace and keeps it open.
async function hold(base, workspace) {
  window.held = await Engine.open(base, workspace);
  return window.held.openMs;
}

/// The seconds that `count` writes of the same 40,000 items take, each time with another number in them, in a workspace that stays open. In
/// four tables in turn, so that none is asked for more than it may be at once.
async function again(base, count) {
  const tables = ["First", "Second", "Third", "Fourth"];
  if (!window.held) {
    window.held = await Engine.open(base, "again");
    window.rounds = 0;
    for (const table of tables) await window.held.table(table);
  }
  let seconds = 0;
  for (let done = 0; done < count; done += 10_000, window.rounds++) {
    seconds += await window.held.load(tables[window.rounds % 4], 0, 10_000, window.rounds);
  }
  return seconds;
}

/// IndexedDB as it comes, and a put into it: a transaction, strictly durable.
async function plain(name) {
  const opening = indexedDB.open(`plain-${name}`, 1);
  const db = await new Promise((resolve, reject) => {
    opening.onupgradeneeded = () => opening.result.createObjectStore("items");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  let number = 0;
  const put = () =>
    new Promise((resolve, reject) => {
      const transaction = db.transaction("items", "readwrite", { durability: "strict" });
      const one = item(number++);
      transaction.objectStore("items").put(one, one.id.S);
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
  return { put, close: () => db.close() };
}

/// Inserts a second into PGlite on IndexedDB, as it comes.
async function pglite(packages, count) {
  const { PGlite } = await import(new URL("@electric-sql/pglite/dist/index.js", packages));
  const database = await PGlite.create("idb://bench");
  await database.exec("create table items (id text primary key, number bigint, body text)");
  const insert = number => {
    const { id, body } = item(number);
    return database.query("insert into items values ($1, $2, $3)", [id.S, number, body.S]);
  };
  const seconds = await inFlight(count, 32, insert);
  await database.close();
  return count / seconds;
}

/// Inserts a second into SQLite on OPFS, by the worker beside the packages.
async function sqlite(packages, count) {
  const worker = new Worker(new URL("bench-sqlite.mjs", packages), { type: "module" });
  const rate = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data === "ready" ? worker.postMessage(count) : resolve(data));
    worker.onerror = error => reject(new Error(error.message));
  });
  worker.terminate();
  return rate;
}

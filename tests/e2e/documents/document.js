// What a page of documentation does with its sandboxes: bundled with the AWS SDK for JavaScript v3 by the test (`embed.rs`).
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand, QueryCommand, paginateScan } from "@aws-sdk/lib-dynamodb";

const element = (id) => document.getElementById(id);
const clientOf = (sandbox) =>
  new DynamoDBClient({
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    requestHandler: sandbox.requestHandler(),
  });

// Everything that anybody tells this page.
const heard = [];
addEventListener("message", ({ source, origin, data }) => heard.push({ source, origin, data }));
const events = [];
element("inline").addEventListener("dynascope-event", ({ detail }) => events.push(...detail.events));
const refused = [];
element("inline").addEventListener("dynascope-refused", ({ detail }) => refused.push(detail.reason));

/** The SDK's own clients, in a table of its own. */
async function sdk() {
  const sandbox = await element("inline").ready;
  const client = clientOf(sandbox);
  const documents = DynamoDBDocumentClient.from(client);
  await client.send(
    new CreateTableCommand({
      TableName: "Cart",
      AttributeDefinitions: [
        { AttributeName: "user", AttributeType: "S" },
        { AttributeName: "line", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "user", KeyType: "HASH" },
        { AttributeName: "line", KeyType: "RANGE" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName: "Cart" });
  for (let line = 1; line <= 5; line += 1) {
    const Item = { user: "ada", line, tags: new Set(["a", "b"]), photo: new Uint8Array([0, 255, line]) };
    await documents.send(new PutCommand({ TableName: "Cart", Item }));
  }
  const found = await documents.send(
    new QueryCommand({
      TableName: "Cart",
      ConsistentRead: true,
      KeyConditionExpression: "#u = :u AND line > :l",
      ExpressionAttributeNames: { "#u": "user" },
      ExpressionAttributeValues: { ":u": "ada", ":l": 3 },
    }),
  );
  let pages = 0;
  let scanned = 0;
  for await (const page of paginateScan({ client: documents, pageSize: 2 }, { TableName: "Cart", ConsistentRead: true })) {
    pages += 1;
    scanned += page.Items.length;
  }
  const key = { user: { S: "ada" }, line: { N: "1" } };
  const put = new PutItemCommand({ TableName: "Cart", Item: key, ConditionExpression: "attribute_not_exists(line)" });
  const condition = await client.send(put).catch((error) => error);
  const cancelled = await client
    .send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: "Cart", Item: key, ConditionExpression: "line = :n", ExpressionAttributeValues: { ":n": { N: "9" } } } }] }))
    .catch((error) => error);
  const missing = await client.send(new DescribeTableCommand({ TableName: "Nowhere" })).catch((error) => error);
  return {
    lines: found.Items.map((item) => [item.line, [...item.tags].sort().join(""), [...item.photo].join(".")]),
    pages,
    scanned,
    condition: [condition instanceof ConditionalCheckFailedException, condition.message],
    cancelled: [cancelled.name, cancelled.CancellationReasons?.map((reason) => reason.Code)],
    missing: [missing.name, missing.$metadata?.httpStatusCode],
  };
}

/** The document writes where its reader may not. */
async function readOnly() {
  const client = clientOf(await element("linked").ready);
  await client.send(
    new CreateTableCommand({
      TableName: "Kept",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName: "Kept" });
  await client.send(new PutItemCommand({ TableName: "Kept", Item: { id: { S: "one" } } }));
  return (await client.send(new GetItemCommand({ TableName: "Kept", Key: { id: { S: "one" } }, ConsistentRead: true }))).Item;
}

/** A sandbox whose address names another origin neither answers this one nor tells it anything. */
async function elsewhere() {
  const frame = element("elsewhere");
  frame.contentWindow.postMessage({ dynascope: 1, type: "request", id: 1, operation: "ListTables", request: {} }, "*");
  // Both got their message before this one is answered.
  await element("inline").request("ListTables");
  await element("linked").request("ListTables");
  return heard.filter(({ source }) => source === frame.contentWindow).length;
}

/** What the element says of what it was told. */
async function told() {
  const sandbox = element("inline");
  const kinds = new Set(events.map((event) => JSON.stringify(event.kind ?? event).match(/[A-Za-z]+/)?.[0]));
  const raw = element("inline").shadowRoot.querySelector("iframe").contentWindow;
  raw.postMessage({ dynascope: 1, type: "eval", code: "1" }, "*");
  raw.postMessage({ dynascope: 9, type: "step" }, "*");
  const wrong = await sandbox.setDesign({ dynascope: 99 }).catch((error) => error.message);
  return { events: events.length, kinds: kinds.size, refused, wrong, height: sandbox.shadowRoot.querySelector("iframe").clientHeight };
}

const design = (name) => ({
  dynascope: 1,
  name,
  tables: [
    {
      TableName: name,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    },
  ],
});
const tablesOf = async (sandbox) => (await sandbox.request("ListTables")).TableNames;

/** Designs that are sent at once are each answered, the last one stays; and every message has its answer. */
async function answered() {
  const sandbox = element("inline");
  const designs = await Promise.all(["First", "Second", "Third"].map((name) => sandbox.setDesign(design(name)).then(() => name)));
  const tables = await tablesOf(sandbox);
  const large = await sandbox.request("PutItem", { text: "x".repeat(17 << 20) }).catch((error) => error.message);
  const odd = await sandbox.request(undefined, {}).catch((error) => error.message);
  return { designs, tables, large, odd };
}

/** An element that is put somewhere else in its page begins anew, with the design that stands in it. */
async function moved() {
  const sandbox = element("inline");
  const place = document.createElement("section");
  document.body.append(place);
  place.append(sandbox);
  await sandbox.ready;
  return tablesOf(sandbox);
}

globalThis.documentation = { sdk, readOnly, elsewhere, told, answered, moved, events: () => events, sandbox: () => element("inline") };

// Query and Scan: pages, indexes, filters, segments.

const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { paginateQuery: paginateRawQuery } = require("@aws-sdk/client-dynamodb");
const { BatchWriteCommand, paginateQuery, paginateScan, QueryCommand, ScanCommand } = require("@aws-sdk/lib-dynamodb");
const { client, createTable, documents } = require("./clients.js");

const TableName = "Scores";
const PLAYERS = 10;
const GAMES = 12;

before(async () => {
  await createTable(
    TableName,
    { player: "S", game: "N" },
    {
      AttributeDefinitions: [{ AttributeName: "level", AttributeType: "S" }, { AttributeName: "score", AttributeType: "N" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "ByLevel",
          KeySchema: [{ AttributeName: "level", KeyType: "HASH" }, { AttributeName: "score", KeyType: "RANGE" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: "ByScore",
          KeySchema: [{ AttributeName: "player", KeyType: "HASH" }, { AttributeName: "score", KeyType: "RANGE" }],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    },
  );
  for (let player = 0; player < PLAYERS; player += 1) {
    const requests = [];
    for (let game = 0; game < GAMES; game += 1) {
      const Item = { player: `p${player}`, game, score: (game * 7) % GAMES, level: game % 3 === 0 ? "high" : "low", text: "x".repeat(50) };
      requests.push({ PutRequest: { Item } });
    }
    await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
  }
});

async function all(pages) {
  const items = [];
  let count = 0;
  for await (const page of pages) {
    items.push(...page.Items);
    count += 1;
  }
  return { items, count };
}

test("a query is paged to its end, in order", async () => {
  // A paginator leaves its last key in the query that it was given.
  const query = () => ({ TableName, KeyConditionExpression: "player = :p", ExpressionAttributeValues: { ":p": "p3" } });
  const { items, count } = await all(paginateQuery({ client: documents, pageSize: 5 }, query()));
  assert.deepEqual(items.map((item) => item.game), [...Array(GAMES).keys()]);
  assert.equal(count, 3);
  const backwards = await all(paginateQuery({ client: documents, pageSize: 5 }, { ...query(), ScanIndexForward: false }));
  assert.deepEqual(backwards.items, [...items].reverse());
});

test("a query of the raw client pages with attribute values", async () => {
  const query = { TableName, KeyConditionExpression: "player = :p AND game BETWEEN :a AND :b" };
  const ExpressionAttributeValues = { ":p": { S: "p0" }, ":a": { N: "2" }, ":b": { N: "8" } };
  const { items } = await all(paginateRawQuery({ client, pageSize: 3 }, { ...query, ExpressionAttributeValues }));
  assert.deepEqual(items.map((item) => item.game.N), ["2", "3", "4", "5", "6", "7", "8"]);
});

test("both kinds of index are queried", async () => {
  const global = {
    TableName,
    IndexName: "ByLevel",
    KeyConditionExpression: "#l = :l AND score >= :s",
    FilterExpression: "begins_with(player, :p)",
    ExpressionAttributeNames: { "#l": "level" },
    ExpressionAttributeValues: { ":l": "high", ":s": 0, ":p": "p1" },
  };
  const { items } = await all(paginateQuery({ client: documents, pageSize: 7 }, global));
  assert.equal(items.length, GAMES / 3);
  const scores = items.map((item) => item.score);
  assert.deepEqual(scores, [...scores].sort((a, b) => a - b));
  const local = await documents.send(
    new QueryCommand({
      TableName,
      IndexName: "ByScore",
      KeyConditionExpression: "player = :p",
      ExpressionAttributeValues: { ":p": "p2" },
      Select: "ALL_PROJECTED_ATTRIBUTES",
      ConsistentRead: true,
    }),
  );
  assert.deepEqual(local.Items.map((item) => item.score), [...Array(GAMES).keys()]);
  assert.deepEqual(Object.keys(local.Items[0]).sort(), ["game", "player", "score"]);
  const consistent = documents.send(new QueryCommand({ ...global, ConsistentRead: true }));
  await assert.rejects(consistent, { message: "Consistent reads are not supported on global secondary indexes" });
});

test("a scan finds every item once, in one piece or in segments", async () => {
  const whole = await all(paginateScan({ client: documents, pageSize: 11 }, { TableName }));
  const name = (item) => `${item.player}/${item.game}`;
  assert.equal(new Set(whole.items.map(name)).size, PLAYERS * GAMES);
  const segments = await Promise.all(
    [0, 1, 2].map((Segment) => all(paginateScan({ client: documents }, { TableName, Segment, TotalSegments: 3 }))),
  );
  const found = segments.flatMap(({ items }) => items.map(name)).sort();
  assert.deepEqual(found, whole.items.map(name).sort());
});

test("a count returns no items", async () => {
  const result = await documents.send(
    new ScanCommand({ TableName, Select: "COUNT", FilterExpression: "score < :s", ExpressionAttributeValues: { ":s": 3 } }),
  );
  assert.equal(result.Items, undefined);
  assert.deepEqual([result.Count, result.ScannedCount], [PLAYERS * 3, PLAYERS * GAMES]);
});

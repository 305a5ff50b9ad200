// Batches: through the document client, and what they refuse.

const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { BatchGetCommand, BatchWriteCommand } = require("@aws-sdk/lib-dynamodb");
const { createTable, documents } = require("./clients.js");

before(async () => {
  await createTable("Left", { id: "N" });
  await createTable("Right", { id: "N" });
});

test("a batch writes to and reads from several tables", async () => {
  const put = (id) => ({ PutRequest: { Item: { id, text: `item ${id}` } } });
  const written = await documents.send(
    new BatchWriteCommand({ RequestItems: { Left: [put(1), put(2)], Right: [put(3)] }, ReturnConsumedCapacity: "TOTAL" }),
  );
  assert.deepEqual(written.UnprocessedItems, {});
  assert.deepEqual(written.ConsumedCapacity.map((table) => [table.TableName, table.CapacityUnits]).sort(), [["Left", 2], ["Right", 1]]);
  const read = await documents.send(
    new BatchGetCommand({
      RequestItems: {
        Left: { Keys: [{ id: 1 }, { id: 2 }, { id: 9 }], ConsistentRead: true },
        Right: { Keys: [{ id: 3 }], ProjectionExpression: "#t", ExpressionAttributeNames: { "#t": "text" } },
      },
    }),
  );
  assert.deepEqual(read.UnprocessedKeys, {});
  assert.deepEqual(read.Responses.Left.map((item) => item.id).sort(), [1, 2]);
  assert.deepEqual(read.Responses.Right, [{ text: "item 3" }]);
  await documents.send(new BatchWriteCommand({ RequestItems: { Left: [{ DeleteRequest: { Key: { id: 1 } } }] } }));
  const after = await documents.send(new BatchGetCommand({ RequestItems: { Left: { Keys: [{ id: 1 }, { id: 2 }] } } }));
  assert.deepEqual(after.Responses.Left, [{ id: 2, text: "item 2" }]);
});

test("too many writes, and two of one item, are refused", async () => {
  const put = (id) => ({ PutRequest: { Item: { id } } });
  const write = (requests) => documents.send(new BatchWriteCommand({ RequestItems: { Left: requests } }));
  await assert.rejects(write([...Array(26).keys()].map(put)), { name: "ValidationException" });
  await assert.rejects(write([put(1), put(1)]), {
    name: "ValidationException",
    message: "Provided list of item keys contains duplicates",
  });
});

test("more than sixteen megabytes are read in several rounds", async () => {
  const ids = [...Array(50).keys()].map((at) => at + 100);
  for (const id of ids) {
    const Item = { id, text: "x".repeat(390_000) };
    await documents.send(new BatchWriteCommand({ RequestItems: { Right: [{ PutRequest: { Item } }] } }));
  }
  let RequestItems = { Right: { Keys: ids.map((id) => ({ id })) } };
  const found = [];
  let rounds = 0;
  while (Object.keys(RequestItems).length > 0) {
    const page = await documents.send(new BatchGetCommand({ RequestItems }));
    found.push(...page.Responses.Right.map((item) => item.id));
    RequestItems = page.UnprocessedKeys;
    rounds += 1;
  }
  assert.deepEqual(found.sort((a, b) => a - b), ids);
  assert.equal(rounds, 2);
});

// Items: values there and back through the document client, conditions, updates.

const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const { DeleteCommand, DynamoDBDocumentClient, GetCommand, NumberValue, PutCommand, UpdateCommand } = require("@aws-sdk/lib-dynamodb");
const { client, createTable, documents, settings } = require("./clients.js");

const TableName = "Items";
before(() => createTable(TableName, { id: "S" }));

test("every kind of value comes back as it was put", async () => {
  const Item = {
    id: "values",
    text: "Übung ✓ \u{1f600}",
    empty: "",
    whole: 42,
    fraction: -1.5e-7,
    large: 12345678901234567890n,
    yes: true,
    no: false,
    nothing: null,
    bytes: new Uint8Array([0, 1, 254, 255]),
    strings: new Set(["a", "b"]),
    numbers: new Set([1, 2.5]),
    binaries: new Set([new Uint8Array([1]), new Uint8Array([2, 3])]),
    list: [1, "two", [3, { four: 4 }], []],
    map: { a: { b: { c: "deep" } }, none: {} },
    left: undefined,
  };
  await documents.send(new PutCommand({ TableName, Item }));
  const read = await documents.send(new GetCommand({ TableName, Key: { id: "values" }, ConsistentRead: true }));
  const { left, large, binaries, ...plain } = Item;
  const { large: readLarge, binaries: readBinaries, ...readPlain } = read.Item;
  assert.deepEqual(readPlain, plain);
  assert.equal(readLarge, large);
  assert.deepEqual([...readBinaries].map((bytes) => [...bytes]).sort(), [[1], [2, 3]]);
  assert.ok(!("left" in read.Item));
});

test("a number keeps all its 38 digits", async () => {
  const digits = "1.2345678901234567890123456789012345678";
  const exact = DynamoDBDocumentClient.from(new DynamoDBClient(settings), { unmarshallOptions: { wrapNumbers: true } });
  await exact.send(new PutCommand({ TableName, Item: { id: "digits", n: NumberValue.from(digits) } }));
  const { Item } = await exact.send(new GetCommand({ TableName, Key: { id: "digits" } }));
  assert.equal(Item.n.toString(), digits);
  const raw = await client.send(new GetItemCommand({ TableName, Key: { id: { S: "digits" } } }));
  assert.equal(raw.Item.n.N, digits);
  await assert.rejects(client.send(new PutItemCommand({ TableName, Item: { id: { S: "x" }, n: { N: `${digits}9` } } })), {
    name: "ValidationException",
    message: /38 significant digits/,
  });
});

test("an item that is not there is no item", async () => {
  const read = await documents.send(new GetCommand({ TableName, Key: { id: "nowhere" } }));
  assert.equal(read.Item, undefined);
});

test("a failed condition is an error of its class, with the item when it is asked for", async () => {
  await documents.send(new PutCommand({ TableName, Item: { id: "once", version: 1 } }));
  const again = new PutCommand({
    TableName,
    Item: { id: "once", version: 2 },
    ConditionExpression: "attribute_not_exists(id)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  await assert.rejects(documents.send(again), (error) => {
    assert.ok(error instanceof ConditionalCheckFailedException);
    assert.equal(error.message, "The conditional request failed");
    assert.deepEqual(error.Item, { id: { S: "once" }, version: { N: "1" } });
    return true;
  });
  const remove = new DeleteCommand({
    TableName,
    Key: { id: "once" },
    ConditionExpression: "version > :v",
    ExpressionAttributeValues: { ":v": 1 },
  });
  await assert.rejects(documents.send(remove), (error) => error.name === "ConditionalCheckFailedException" && !error.Item);
});

test("an update returns what it was asked for", async () => {
  await documents.send(new PutCommand({ TableName, Item: { id: "update", n: 1, list: ["a"], tags: new Set(["x", "y"]), old: true } }));
  const update = (ReturnValues) =>
    documents.send(
      new UpdateCommand({
        TableName,
        Key: { id: "update" },
        UpdateExpression: "SET #list = list_append(#list, :more), m.#x = if_not_exists(m.#x, :zero) ADD n :one DELETE tags :gone REMOVE #old",
        ConditionExpression: "attribute_exists(id)",
        ExpressionAttributeNames: { "#list": "list", "#old": "old", "#x": "x" },
        ExpressionAttributeValues: { ":more": ["b"], ":one": 1, ":zero": 0, ":gone": new Set(["x"]) },
        ReturnValues,
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
  await assert.rejects(update("ALL_NEW"), {
    name: "ValidationException",
    message: "The document path provided in the update expression is invalid for update",
  });
  await documents.send(
    new UpdateCommand({ TableName, Key: { id: "update" }, UpdateExpression: "SET m = :m", ExpressionAttributeValues: { ":m": {} } }),
  );
  const result = await update("ALL_NEW");
  assert.deepEqual(result.Attributes, { id: "update", n: 2, list: ["a", "b"], m: { x: 0 }, tags: new Set(["y"]) });
  assert.deepEqual(result.ConsumedCapacity, { TableName, CapacityUnits: 1 });
  const changed = await update("UPDATED_OLD");
  assert.equal(changed.Attributes.n, 2);
  assert.ok(!("id" in changed.Attributes));
});

test("a deleted item is returned", async () => {
  await documents.send(new PutCommand({ TableName, Item: { id: "delete", n: 1 } }));
  const result = await documents.send(new DeleteCommand({ TableName, Key: { id: "delete" }, ReturnValues: "ALL_OLD" }));
  assert.deepEqual(result.Attributes, { id: "delete", n: 1 });
});

// Tables: their life, their waiters, what they refuse.

const assert = require("node:assert/strict");
const { test } = require("node:test");
const {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
  paginateListTables,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} = require("@aws-sdk/client-dynamodb");
const { client, createTable } = require("./clients.js");

test("a table is created, waited for, described, changed and deleted", async () => {
  await createTable(
    "Music",
    { Artist: "S", SongTitle: "S" },
    {
      AttributeDefinitions: [{ AttributeName: "Genre", AttributeType: "S" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "ByGenre",
          KeySchema: [{ AttributeName: "Genre", KeyType: "HASH" }],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    },
  );
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "Music" }));
  assert.equal(Table.TableStatus, "ACTIVE");
  assert.ok(Table.CreationDateTime instanceof Date);
  assert.ok(Math.abs(Table.CreationDateTime.getTime() - Date.now()) < 60_000);
  assert.equal(Table.BillingModeSummary.BillingMode, "PAY_PER_REQUEST");
  assert.equal(Table.GlobalSecondaryIndexes[0].IndexStatus, "ACTIVE");
  assert.match(Table.TableArn, /^arn:aws:dynamodb:us-east-1:\d{12}:table\/Music$/);

  const updated = await client.send(new UpdateTableCommand({ TableName: "Music", DeletionProtectionEnabled: true }));
  assert.equal(updated.TableDescription.DeletionProtectionEnabled, true);
  await assert.rejects(client.send(new DeleteTableCommand({ TableName: "Music" })), { name: "ValidationException" });
  await client.send(new UpdateTableCommand({ TableName: "Music", DeletionProtectionEnabled: false }));

  await client.send(new DeleteTableCommand({ TableName: "Music" }));
  const gone = await waitUntilTableNotExists({ client, maxWaitTime: 60 }, { TableName: "Music" });
  assert.equal(gone.state, "SUCCESS");
});

test("a table that is there cannot be created again, and one that is not cannot be described", async () => {
  await createTable("Twice", { id: "S" });
  await assert.rejects(createTable("Twice", { id: "S" }), (error) => {
    assert.ok(error instanceof ResourceInUseException);
    assert.equal(error.name, "ResourceInUseException");
    assert.equal(error.message, "Table already exists: Twice");
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.match(error.$metadata.requestId, /^[0-9A-Z]{52}$/);
    assert.equal(error.$fault, "client");
    return true;
  });
  await assert.rejects(client.send(new DescribeTableCommand({ TableName: "Nowhere" })), (error) => {
    assert.ok(error instanceof ResourceNotFoundException);
    assert.equal(error.message, "Requested resource not found: Table: Nowhere not found");
    return true;
  });
  const wait = waitUntilTableExists({ client, maxWaitTime: 2, minDelay: 1, maxDelay: 1 }, { TableName: "Nowhere" });
  await assert.rejects(wait, { name: "TimeoutError" });
});

test("all tables are listed, page by page", async () => {
  for (let i = 0; i < 7; i += 1) {
    await createTable(`List${i}`, { id: "S" });
  }
  const names = [];
  let pages = 0;
  for await (const page of paginateListTables({ client, pageSize: 2 }, {})) {
    names.push(...page.TableNames);
    pages += 1;
  }
  assert.deepEqual(names.filter((name) => name.startsWith("List")), [0, 1, 2, 3, 4, 5, 6].map((i) => `List${i}`));
  assert.ok(pages >= 4);
  const { TableNames } = await client.send(new ListTablesCommand({ ExclusiveStartTableName: "List4", Limit: 1 }));
  assert.deepEqual(TableNames, ["List5"]);
});

test("a table that is described wrongly is a ValidationException", async () => {
  const table = { TableName: "Bad", KeySchema: [{ AttributeName: "id", KeyType: "HASH" }], AttributeDefinitions: [] };
  await assert.rejects(client.send(new CreateTableCommand({ ...table, BillingMode: "PAY_PER_REQUEST" })), {
    name: "ValidationException",
  });
});

test("time to live is switched on", async () => {
  await createTable("Sessions", { id: "S" });
  const TimeToLiveSpecification = { AttributeName: "expires", Enabled: true };
  const updated = await client.send(new UpdateTimeToLiveCommand({ TableName: "Sessions", TimeToLiveSpecification }));
  assert.deepEqual(updated.TimeToLiveSpecification, TimeToLiveSpecification);
  const described = await client.send(new DescribeTimeToLiveCommand({ TableName: "Sessions" }));
  assert.deepEqual(described.TimeToLiveDescription, { AttributeName: "expires", TimeToLiveStatus: "ENABLED" });
});

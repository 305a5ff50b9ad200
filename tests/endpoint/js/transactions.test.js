// Transactions: all or nothing, the reasons of a cancellation, tokens.

const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { IdempotentParameterMismatchException, TransactionCanceledException } = require("@aws-sdk/client-dynamodb");
const { GetCommand, PutCommand, TransactGetCommand, TransactWriteCommand } = require("@aws-sdk/lib-dynamodb");
const { createTable, documents } = require("./clients.js");

const TableName = "Accounts";
before(() => createTable(TableName, { id: "S" }));

function transfer(from, to, amount, more = {}) {
  return documents.send(
    new TransactWriteCommand({
      TransactItems: [
        {
          Update: {
            TableName,
            Key: { id: from },
            UpdateExpression: "SET balance = balance - :a",
            ConditionExpression: "balance >= :a",
            ExpressionAttributeValues: { ":a": amount },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          },
        },
        { Update: { TableName, Key: { id: to }, UpdateExpression: "SET balance = balance + :a", ExpressionAttributeValues: { ":a": amount } } },
        { Put: { TableName, Item: { id: `${from}-${to}`, amount } } },
        { ConditionCheck: { TableName, Key: { id: "open" }, ConditionExpression: "attribute_exists(id)" } },
      ],
      ...more,
    }),
  );
}

async function balance(id) {
  const { Item } = await documents.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
  return Item.balance;
}

async function accounts() {
  for (const Item of [{ id: "a", balance: 100 }, { id: "b", balance: 0 }, { id: "open" }]) {
    await documents.send(new PutCommand({ TableName, Item }));
  }
}

test("a transaction does everything, and reads everything at once", async () => {
  await accounts();
  await transfer("a", "b", 30);
  const read = await documents.send(
    new TransactGetCommand({
      TransactItems: ["a", "b", "a-b", "nowhere"].map((id) => ({ Get: { TableName, Key: { id } } })),
    }),
  );
  assert.deepEqual(read.Responses.map((response) => response.Item), [
    { id: "a", balance: 70 },
    { id: "b", balance: 30 },
    { id: "a-b", amount: 30 },
    undefined,
  ]);
});

test("a cancelled transaction does nothing, and gives its reasons in order", async () => {
  await accounts();
  await assert.rejects(transfer("a", "b", 1000), (error) => {
    assert.ok(error instanceof TransactionCanceledException);
    assert.equal(
      error.message,
      "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None, None, None]",
    );
    assert.deepEqual(error.CancellationReasons.map((reason) => reason.Code), ["ConditionalCheckFailed", "None", "None", "None"]);
    assert.equal(error.CancellationReasons[0].Message, "The conditional request failed");
    const { Item } = error.CancellationReasons[0];
    assert.ok([100, "100"].includes(Item.balance.N ?? Item.balance), JSON.stringify(Item));
    return true;
  });
  assert.deepEqual([await balance("a"), await balance("b")], [100, 0]);
});

test("a token makes a transaction happen once", async () => {
  await accounts();
  const ClientRequestToken = "one-transfer";
  await transfer("a", "b", 10, { ClientRequestToken });
  await transfer("a", "b", 10, { ClientRequestToken });
  assert.deepEqual([await balance("a"), await balance("b")], [90, 10]);
  await assert.rejects(transfer("a", "b", 20, { ClientRequestToken }), (error) => {
    assert.ok(error instanceof IdempotentParameterMismatchException);
    return true;
  });
});

test("two actions on one item are refused", async () => {
  const Put = { TableName, Item: { id: "x" } };
  await assert.rejects(documents.send(new TransactWriteCommand({ TransactItems: [{ Put }, { Put }] })), {
    name: "ValidationException",
    message: "Transaction request cannot include multiple operations on one item",
  });
});

// The clients of the test that requires this, against the endpoint of AWS_ENDPOINT_URL, and the making of tables.

const { CreateTableCommand, DynamoDBClient, waitUntilTableExists } = require("@aws-sdk/client-dynamodb");
const { DynamoDBStreamsClient } = require("@aws-sdk/client-dynamodb-streams");
const { DynamoDBDocumentClient } = require("@aws-sdk/lib-dynamodb");

const settings = { endpoint: process.env.AWS_ENDPOINT_URL, region: "us-east-1", maxAttempts: 1 };
const client = new DynamoDBClient(settings);
const streams = new DynamoDBStreamsClient(settings);
const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

// Creates a table whose keys are given as { Artist: "S", SongTitle: "S" }: the first is the partition key. Waits until it is ACTIVE.
async function createTable(TableName, keys, more = {}) {
  const names = Object.keys(keys);
  const { AttributeDefinitions = [], ...rest } = more;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: names.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? "HASH" : "RANGE" })),
      AttributeDefinitions: [
        ...names.map((AttributeName) => ({ AttributeName, AttributeType: keys[AttributeName] })),
        ...AttributeDefinitions,
      ],
      ...rest,
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName });
}

module.exports = { client, createTable, documents, settings, streams };

// Streams: shards, iterators, records, through their own client.

const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  ResourceNotFoundException,
} = require("@aws-sdk/client-dynamodb-streams");
const { DeleteCommand, PutCommand, UpdateCommand } = require("@aws-sdk/lib-dynamodb");
const { createTable, documents, streams } = require("./clients.js");

const TableName = "Orders";
before(() =>
  createTable(TableName, { id: "S" }, { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } }),
);

async function records(StreamArn) {
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const found = [];
  for (const { ShardId } of StreamDescription.Shards) {
    let { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
    );
    for (let round = 0; ShardIterator && round < 3; round += 1) {
      const page = await streams.send(new GetRecordsCommand({ ShardIterator }));
      found.push(...page.Records);
      ShardIterator = page.NextShardIterator;
    }
  }
  return found;
}

test("each change is one record, in order, with both images", async () => {
  const { Streams } = await streams.send(new ListStreamsCommand({ TableName }));
  assert.equal(Streams.length, 1);
  const { StreamArn } = Streams[0];
  const Key = { id: "1" };
  await documents.send(new PutCommand({ TableName, Item: { ...Key, n: 1, bytes: new Uint8Array([1, 2]) } }));
  await documents.send(
    new UpdateCommand({ TableName, Key, UpdateExpression: "SET n = :n", ExpressionAttributeValues: { ":n": 2 } }),
  );
  // A change of nothing is no record.
  await documents.send(
    new UpdateCommand({ TableName, Key, UpdateExpression: "SET n = :n", ExpressionAttributeValues: { ":n": 2 } }),
  );
  await documents.send(new DeleteCommand({ TableName, Key }));

  const found = await records(StreamArn);
  assert.deepEqual(found.map((record) => record.eventName), ["INSERT", "MODIFY", "REMOVE"]);
  const [insert, modify, remove] = found.map((record) => record.dynamodb);
  assert.deepEqual(insert.Keys, { id: { S: "1" } });
  assert.deepEqual([...insert.NewImage.bytes.B], [1, 2]);
  assert.equal(insert.OldImage, undefined);
  assert.deepEqual([modify.OldImage.n, modify.NewImage.n], [{ N: "1" }, { N: "2" }]);
  assert.equal(remove.NewImage, undefined);
  assert.ok(insert.ApproximateCreationDateTime instanceof Date);
  assert.equal(insert.StreamViewType, "NEW_AND_OLD_IMAGES");
  assert.ok(insert.SizeBytes > 0);
  const numbers = found.map((record) => BigInt(record.dynamodb.SequenceNumber));
  assert.ok(numbers[0] < numbers[1] && numbers[1] < numbers[2]);
  assert.equal(found[0].eventSource, "aws:dynamodb");
  assert.equal(found[0].awsRegion, "us-east-1");
});

test("a stream that is not there is not found", async () => {
  const StreamArn = "arn:aws:dynamodb:us-east-1:123456789012:table/Nowhere/stream/2026-01-01T00:00:00.000";
  await assert.rejects(streams.send(new DescribeStreamCommand({ StreamArn })), (error) => {
    assert.ok(error instanceof ResourceNotFoundException);
    return true;
  });
});

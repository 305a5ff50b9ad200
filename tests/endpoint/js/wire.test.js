// What goes over the wire: credentials, regions, errors, compressed bodies.

const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const zlib = require("node:zlib");
const { DynamoDBClient, DynamoDBServiceException, GetItemCommand, ListTablesCommand, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const { createTable, settings } = require("./clients.js");

const TableName = "Wire";
before(() => createTable(TableName, { id: "S" }));

// A client that compresses its requests and asks for compressed answers; tells how the last answer came.
function compressing(encoding, compress, decompress) {
  const client = new DynamoDBClient(settings);
  const last = {};
  client.middlewareStack.add(
    (next) => async (args) => {
      args.request.body = compress(Buffer.from(args.request.body));
      args.request.headers["content-encoding"] = encoding;
      args.request.headers["accept-encoding"] = encoding;
      args.request.headers["content-length"] = String(args.request.body.length);
      return next(args);
    },
    { step: "build", name: "compressRequest" },
  );
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      last.encoding = response.headers["content-encoding"];
      if (last.encoding) {
        const decoder = decompress();
        response.body.pipe(decoder);
        response.body = decoder;
      }
      return result;
    },
    // Nearest to the wire: before the answer is read.
    { step: "deserialize", name: "decompressResponse", priority: "low" },
  );
  return { client, last };
}

for (const [encoding, compress, decompress] of [
  ["gzip", zlib.gzipSync, zlib.createGunzip],
  ["deflate", zlib.deflateSync, zlib.createInflate],
]) {
  test(`requests and answers go by ${encoding}`, async () => {
    const { client, last } = compressing(encoding, compress, decompress);
    const Item = { id: { S: encoding }, text: { S: "x".repeat(100_000) } };
    await client.send(new PutItemCommand({ TableName, Item }));
    assert.equal(last.encoding, undefined);
    const read = await client.send(new GetItemCommand({ TableName, Key: { id: { S: encoding } } }));
    assert.equal(last.encoding, encoding);
    assert.deepEqual(read.Item, Item);
  });
}

test("each region has tables of its own", async () => {
  const elsewhere = new DynamoDBClient({ ...settings, region: "ap-southeast-2" });
  const { TableNames } = await elsewhere.send(new ListTablesCommand({}));
  assert.deepEqual(TableNames, []);
});

test("an error has its name, its status and its request's id", async () => {
  const client = new DynamoDBClient(settings);
  await assert.rejects(client.send(new PutItemCommand({ TableName, Item: {} })), (error) => {
    assert.ok(error instanceof DynamoDBServiceException);
    assert.equal(error.name, "ValidationException");
    assert.equal(error.message, "One or more parameter values were invalid: Missing the key id in the item");
    assert.deepEqual([error.$fault, error.$metadata.httpStatusCode, error.$metadata.attempts], ["client", 400, 1]);
    return true;
  });
});

test("a request whose signature is of another time is refused", async () => {
  const late = new DynamoDBClient({ ...settings, systemClockOffset: -3_600_000 });
  await assert.rejects(late.send(new ListTablesCommand({})), { name: "InvalidSignatureException", message: /^Signature expired: / });
});

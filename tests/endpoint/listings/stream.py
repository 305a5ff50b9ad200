# The listing of "DynamoDB Streams: Change Data Capture".

# -- added: what the listing leaves out
import contextlib
import io
from decimal import Decimal

import boto3

dynamodb = boto3.resource('dynamodb')

# -- the listing
# Enable stream on table
table = dynamodb.create_table(
    TableName='Orders',
    # -- changed: a table needs keys and a way to be paid for
    KeySchema=[
        {'AttributeName': 'user_id', 'KeyType': 'HASH'},
        {'AttributeName': 'order_id', 'KeyType': 'RANGE'}
    ],
    AttributeDefinitions=[
        {'AttributeName': 'user_id', 'AttributeType': 'S'},
        {'AttributeName': 'order_id', 'AttributeType': 'S'}
    ],
    BillingMode='PAY_PER_REQUEST',
    # -- the listing
    StreamSpecification={
        'StreamEnabled': True,
        'StreamViewType': 'NEW_AND_OLD_IMAGES'  # Include old and new values
    }
)


# Lambda function processes stream
def lambda_handler(event, context):
    for record in event['Records']:
        if record['eventName'] == 'INSERT':
            new_item = record['dynamodb']['NewImage']
            print(f'New order: {new_item}')


# -- added: an insertion, a change, a write that changes nothing, and a removal
table.wait_until_exists()
key = {'user_id': 'user123', 'order_id': 'order456'}
table.put_item(Item=key | {'total': Decimal('99.99')})
table.update_item(Key=key, UpdateExpression='SET paid = :yes', ExpressionAttributeValues={':yes': True})
table.update_item(Key=key, UpdateExpression='SET paid = :yes', ExpressionAttributeValues={':yes': True})
table.delete_item(Key=key)

# -- added: what Lambda does, reading the stream from its beginning
streams = boto3.client('dynamodbstreams')
[stream] = streams.list_streams(TableName='Orders')['Streams']
assert stream['StreamArn'] == table.latest_stream_arn, stream
description = streams.describe_stream(StreamArn=stream['StreamArn'])['StreamDescription']
assert description['StreamStatus'] == 'ENABLED', description
assert description['StreamViewType'] == 'NEW_AND_OLD_IMAGES', description
records = []
for shard in description['Shards']:
    iterator = streams.get_shard_iterator(
        StreamArn=stream['StreamArn'], ShardId=shard['ShardId'], ShardIteratorType='TRIM_HORIZON'
    )['ShardIterator']
    # An open shard has no end: an empty answer is where there is nothing more for now.
    while iterator:
        answer = streams.get_records(ShardIterator=iterator)
        records += answer['Records']
        iterator = answer.get('NextShardIterator') if answer['Records'] else None

# -- added: what must have come of it
with contextlib.redirect_stdout(io.StringIO()) as printed:
    lambda_handler({'Records': records}, None)
assert [record['eventName'] for record in records] == ['INSERT', 'MODIFY', 'REMOVE'], records
inserted, modified, removed = [record['dynamodb'] for record in records]
image = {'user_id': {'S': 'user123'}, 'order_id': {'S': 'order456'}, 'total': {'N': '99.99'}}
assert inserted['Keys'] == {'user_id': {'S': 'user123'}, 'order_id': {'S': 'order456'}}, inserted
assert inserted['NewImage'] == image and 'OldImage' not in inserted, inserted
assert modified['OldImage'] == image and modified['NewImage'] == image | {'paid': {'BOOL': True}}, modified
assert removed['OldImage'] == modified['NewImage'] and 'NewImage' not in removed, removed
numbers = [record['SequenceNumber'] for record in (inserted, modified, removed)]
assert numbers == sorted(numbers, key=int) and len(set(numbers)) == 3, numbers
assert printed.getvalue() == f'New order: {inserted["NewImage"]}\n', printed.getvalue()

# The listing of "Use Batch Operations".

# -- added: what the listing leaves out
import boto3

dynamodb = boto3.resource('dynamodb')
table = dynamodb.create_table(
    TableName='Users',
    KeySchema=[{'AttributeName': 'user_id', 'KeyType': 'HASH'}],
    AttributeDefinitions=[{'AttributeName': 'user_id', 'AttributeType': 'S'}],
    BillingMode='PAY_PER_REQUEST'
)
table.wait_until_exists()
requests = []
table.meta.client.meta.events.register(
    'before-call.dynamodb', lambda model, **rest: requests.append(model.name)
)
items = [{'user_id': f'user{number}', 'round': 1} for number in range(100)]

# -- the listing
# ❌ Bad: 100 individual writes
for item in items:
    table.put_item(Item=item)  # 100 network calls

# -- added: what must have come of it, and other items
assert requests == ['PutItem'] * 100, requests
requests.clear()
items = [{'user_id': f'user{number}', 'round': 2} for number in range(100)]

# -- the listing
# ✅ Good: Batch write (up to 25 items)
with table.batch_writer() as batch:
    for item in items:
        batch.put_item(Item=item)  # Batched

# -- added: what must have come of it
assert requests == ['BatchWriteItem'] * 4, requests
found = table.scan()['Items']
assert sorted(item['user_id'] for item in found) == sorted(item['user_id'] for item in items), found
assert all(item['round'] == 2 for item in found), found

# The listing of "Avoid Hot Partitions": write sharding.

# -- added: what the listing leaves out
import boto3
from boto3.dynamodb.conditions import Key

dynamodb = boto3.resource('dynamodb')
table = dynamodb.create_table(
    TableName='AppData',
    KeySchema=[
        {'AttributeName': 'PK', 'KeyType': 'HASH'},
        {'AttributeName': 'SK', 'KeyType': 'RANGE'}
    ],
    AttributeDefinitions=[
        {'AttributeName': 'PK', 'AttributeType': 'S'},
        {'AttributeName': 'SK', 'AttributeType': 'S'}
    ],
    BillingMode='PAY_PER_REQUEST'
)
table.wait_until_exists()

# -- changed: the listing stands in a loop, for a hundred writes
for number in range(100):
    # -- the listing
    # Add random suffix to distribute writes
    import random
    pk = f"STATUS#active#{random.randint(0, 9)}"

    # -- added: the write
    table.put_item(Item={'PK': pk, 'SK': f'USER#{number:03}'})

# -- added: what must have come of it: reading everything back takes one query for each suffix
found = []
for suffix in range(10):
    items = table.query(KeyConditionExpression=Key('PK').eq(f'STATUS#active#{suffix}'))['Items']
    found += [item['SK'] for item in items]
assert sorted(found) == [f'USER#{number:03}' for number in range(100)], found

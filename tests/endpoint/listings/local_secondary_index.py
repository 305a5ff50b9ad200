# The listing of "Local Secondary Index (LSI)".

# -- added: what the listing leaves out
import boto3
from boto3.dynamodb.conditions import Key

dynamodb = boto3.resource('dynamodb')
table = dynamodb.create_table(
    TableName='Orders',
    KeySchema=[
        {'AttributeName': 'user_id', 'KeyType': 'HASH'},
        {'AttributeName': 'order_id', 'KeyType': 'RANGE'}
    ],
    AttributeDefinitions=[
        {'AttributeName': 'user_id', 'AttributeType': 'S'},
        {'AttributeName': 'order_id', 'AttributeType': 'S'},
        {'AttributeName': 'created_at', 'AttributeType': 'S'}
    ],
    LocalSecondaryIndexes=[{
        'IndexName': 'created_at-index',
        'KeySchema': [
            {'AttributeName': 'user_id', 'KeyType': 'HASH'},
            {'AttributeName': 'created_at', 'KeyType': 'RANGE'}
        ],
        'Projection': {'ProjectionType': 'ALL'}
    }],
    BillingMode='PAY_PER_REQUEST'
)
table.wait_until_exists()
# The ids sort otherwise than the times, and one order has no time: it is not in the index.
for order_id, created_at in [('a', '2024-01-03'), ('b', '2024-01-01'), ('c', '2024-01-02')]:
    table.put_item(Item={'user_id': 'user123', 'order_id': order_id, 'created_at': created_at})
table.put_item(Item={'user_id': 'user123', 'order_id': 'd'})
table.put_item(Item={'user_id': 'user124', 'order_id': 'e', 'created_at': '2024-01-04'})

# -- the listing
# Query user's orders sorted by created_at
response = table.query(
    IndexName='created_at-index',
    KeyConditionExpression=Key('user_id').eq('user123'),
    ScanIndexForward=False  # Descending order
)

# -- added: what must have come of it
assert [item['order_id'] for item in response['Items']] == ['a', 'c', 'b'], response

# The section says that a local index reads with strong consistency.
response = table.query(
    IndexName='created_at-index',
    KeyConditionExpression=Key('user_id').eq('user123'),
    ConsistentRead=True
)
assert [item['order_id'] for item in response['Items']] == ['b', 'c', 'a'], response

# The listings of "Global Secondary Index (GSI)" and of the anti-pattern "Treating DynamoDB Like SQL".

# -- added: what the listings leave out
import boto3
from boto3.dynamodb.conditions import Attr, Key

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
        {'AttributeName': 'status', 'AttributeType': 'S'},
        {'AttributeName': 'created_at', 'AttributeType': 'S'}
    ],
    GlobalSecondaryIndexes=[{
        'IndexName': 'status-index',
        'KeySchema': [
            {'AttributeName': 'status', 'KeyType': 'HASH'},
            {'AttributeName': 'created_at', 'KeyType': 'RANGE'}
        ],
        'Projection': {'ProjectionType': 'ALL'}
    }],
    BillingMode='PAY_PER_REQUEST'
)
table.wait_until_exists()
for user_id, order_id, status, created_at in [
    ('user123', 'a', 'shipped', '2024-01-03'),
    ('user124', 'b', 'shipped', '2024-01-01'),
    ('user125', 'c', 'active', '2024-01-02'),
    ('user126', 'd', 'active', '2024-01-05')
]:
    table.put_item(Item={'user_id': user_id, 'order_id': order_id, 'status': status, 'created_at': created_at})

# -- the listing
# Query all "shipped" orders
response = table.query(
    IndexName='status-index',
    KeyConditionExpression=Key('status').eq('shipped')
)

# -- added: what must have come of it
assert [item['order_id'] for item in response['Items']] == ['b', 'a'], response

# -- the listing of the anti-pattern: the problem
# Scanning entire table (slow, expensive)
response = table.scan(
    FilterExpression=Attr('status').eq('active')
)

# -- added: what must have come of it
assert sorted(item['order_id'] for item in response['Items']) == ['c', 'd'], response
assert (response['Count'], response['ScannedCount']) == (2, 4), response

# -- the listing of the anti-pattern: the solution
# Use GSI with status as partition key
response = table.query(
    IndexName='status-index',
    KeyConditionExpression=Key('status').eq('active')
)

# -- added: what must have come of it
assert [item['order_id'] for item in response['Items']] == ['c', 'd'], response
assert (response['Count'], response['ScannedCount']) == (2, 2), response

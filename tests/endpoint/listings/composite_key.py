# The listing of "Composite Key (Partition Key + Sort Key)".

# -- added: what the listing leaves out
from decimal import Decimal

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
        {'AttributeName': 'order_id', 'AttributeType': 'S'}
    ],
    BillingMode='PAY_PER_REQUEST'
)
table.wait_until_exists()
order456 = {
    'user_id': 'user123',
    'order_id': 'order456',
    'total': Decimal('99.99'),
    'created_at': '2024-01-15T10:30:00Z'
}
table.put_item(Item=order456)
for order_id in ['2023-12-24#0990', '2024-01-02#1001', '2024-01-15#1042', '2024-02-01#1100']:
    table.put_item(Item={'user_id': 'user123', 'order_id': order_id, 'total': Decimal('10.50')})
table.put_item(Item={'user_id': 'user124', 'order_id': '2024-01-03#1002', 'total': Decimal('7')})

# -- the listing
# Get single order
response = table.get_item(
    Key={'user_id': 'user123', 'order_id': 'order456'}
)

# -- added: what must have come of it
assert response['Item'] == order456, response

# -- the listing
# Query all orders for user
response = table.query(
    KeyConditionExpression=Key('user_id').eq('user123')
)

# -- added: what must have come of it
assert [item['order_id'] for item in response['Items']] == [
    '2023-12-24#0990', '2024-01-02#1001', '2024-01-15#1042', '2024-02-01#1100', 'order456'
], response
assert response['Items'][-1] == order456, response

# -- the listing
# Query orders in date range
response = table.query(
    KeyConditionExpression=Key('user_id').eq('user123') &
        Key('order_id').between('2024-01-01', '2024-01-31')
)

# -- added: what must have come of it
assert [item['order_id'] for item in response['Items']] == ['2024-01-02#1001', '2024-01-15#1042'], response

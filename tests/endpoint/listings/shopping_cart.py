# The listings of the design challenge: the table's design and the cart's operations.

# -- changed: the design is prose in the shape of code; here it is the table that it describes
from decimal import Decimal

import boto3 as setup

tables = setup.resource('dynamodb')
tables.create_table(
    TableName='shopping_carts',
    KeySchema=[
        {'AttributeName': 'user_id', 'KeyType': 'HASH'},
        {'AttributeName': 'product_id', 'KeyType': 'RANGE'}
    ],
    AttributeDefinitions=[
        {'AttributeName': 'user_id', 'AttributeType': 'S'},
        {'AttributeName': 'product_id', 'AttributeType': 'S'}
    ],
    BillingMode='PAY_PER_REQUEST'
).wait_until_exists()
tables.meta.client.update_time_to_live(
    TableName='shopping_carts', TimeToLiveSpecification={'AttributeName': 'ttl', 'Enabled': True}
)

# -- the listing
import boto3
from datetime import datetime, timedelta

dynamodb = boto3.resource('dynamodb')
table = dynamodb.Table('shopping_carts')

# 1. Add item to cart (or update quantity)
def add_to_cart(user_id, product_id, quantity, price):
    ttl = int((datetime.now() + timedelta(days=30)).timestamp())
    
    response = table.put_item(
        Item={
            'user_id': user_id,
            'product_id': product_id,
            'quantity': quantity,
            'price': price,
            'added_at': int(datetime.now().timestamp()),
            'ttl': ttl
        }
    )
    return response

# 2. Get entire cart (single-partition query)
def get_cart(user_id):
    response = table.query(
        KeyConditionExpression='user_id = :user_id',
        ExpressionAttributeValues={
            ':user_id': user_id
        }
    )
    return response['Items']

# 3. Remove item from cart
def remove_from_cart(user_id, product_id):
    response = table.delete_item(
        Key={
            'user_id': user_id,
            'product_id': product_id
        }
    )
    return response

# 4. Update quantity
def update_quantity(user_id, product_id, new_quantity):
    response = table.update_item(
        Key={
            'user_id': user_id,
            'product_id': product_id
        },
        UpdateExpression='SET quantity = :qty',
        ExpressionAttributeValues={
            ':qty': new_quantity
        }
    )
    return response

# 5. Checkout (get cart + delete)
def checkout(user_id):
    # Get cart
    cart_items = get_cart(user_id)
    total = sum(item['price'] * item['quantity'] for item in cart_items)
    
    # Delete cart (batch delete)
    with table.batch_writer() as batch:
        for item in cart_items:
            batch.delete_item(
                Key={
                    'user_id': user_id,
                    'product_id': item['product_id']
                }
            )
    
    return {'total': total, 'items': cart_items}

# -- added: what must come of it. Prices are Decimal: boto3 refuses the design's float by itself.
try:
    add_to_cart('user_12345', 'prod_67890', 2, 29.99)
    raise AssertionError('a float was accepted')
except TypeError as error:
    assert 'Float types are not supported' in str(error), error
add_to_cart('user_12345', 'prod_67890', 2, Decimal('29.99'))
add_to_cart('user_12345', 'prod_11111', 1, Decimal('5.50'))
add_to_cart('user_12345', 'prod_22222', 3, Decimal('1.00'))
add_to_cart('user_99999', 'prod_67890', 1, Decimal('29.99'))

cart = get_cart('user_12345')
assert [item['product_id'] for item in cart] == ['prod_11111', 'prod_22222', 'prod_67890'], cart
assert all(item['ttl'] - item['added_at'] in (2592000, 2592001, 2588400, 2588401, 2595600, 2595601) for item in cart), cart

remove_from_cart('user_12345', 'prod_22222')
update_quantity('user_12345', 'prod_11111', 4)
cart = get_cart('user_12345')
assert [(item['product_id'], item['quantity']) for item in cart] == [('prod_11111', 4), ('prod_67890', 2)], cart

receipt = checkout('user_12345')
assert receipt['total'] == Decimal('81.98'), receipt
assert receipt['items'] == cart, receipt
assert get_cart('user_12345') == []
assert len(get_cart('user_99999')) == 1

# The listing of "Consistency Models".

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
table.put_item(Item={'user_id': 'user123', 'name': 'John Doe'})

# -- the listing
# Eventually consistent (default)
response = table.get_item(Key={'user_id': 'user123'})

# -- added: what must have come of it
assert response['Item'] == {'user_id': 'user123', 'name': 'John Doe'}, response

# -- the listing
# Strongly consistent
response = table.get_item(
    Key={'user_id': 'user123'},
    ConsistentRead=True
)

# -- added: what must have come of it
assert response['Item'] == {'user_id': 'user123', 'name': 'John Doe'}, response


# The section's costs: half a unit for an eventually consistent read of up to 4 KB, a whole one for a strong read.
def units(consistent):
    response = table.get_item(
        Key={'user_id': 'user123'}, ConsistentRead=consistent, ReturnConsumedCapacity='TOTAL'
    )
    return response['ConsumedCapacity']['CapacityUnits']


assert (units(False), units(True)) == (0.5, 1.0)

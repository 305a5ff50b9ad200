# The listing of "Partition Key (Simple Primary Key)".

# -- added: what the listing leaves out
import boto3
from boto3.dynamodb.conditions import Attr

dynamodb = boto3.resource('dynamodb')
table = dynamodb.create_table(
    TableName='Users',
    KeySchema=[{'AttributeName': 'user_id', 'KeyType': 'HASH'}],
    AttributeDefinitions=[{'AttributeName': 'user_id', 'AttributeType': 'S'}],
    BillingMode='PAY_PER_REQUEST'
)
table.wait_until_exists()
john = {'user_id': 'user123', 'name': 'John Doe', 'email': 'john@example.com', 'age': 30}
table.put_item(Item=john)
table.put_item(Item={'user_id': 'user124', 'name': 'Jane Roe', 'email': 'jane@example.com', 'age': 31})

# -- the listing
# GetItem (fast)
response = table.get_item(Key={'user_id': 'user123'})

# -- added: what must have come of it
assert response['Item'] == john, response

# -- the listing
# Query by email (slow without index)
response = table.scan(
    FilterExpression=Attr('email').eq('john@example.com')
)  # Scans entire table!

# -- added: what must have come of it
assert response['Items'] == [john], response
assert (response['Count'], response['ScannedCount']) == (1, 2), response

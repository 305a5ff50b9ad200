# The listing of "Optimize Costs": Time-To-Live.

# -- added: what the listing leaves out
import time

import boto3

dynamodb = boto3.resource('dynamodb')
table = dynamodb.create_table(
    TableName='Users',
    KeySchema=[{'AttributeName': 'user_id', 'KeyType': 'HASH'}],
    AttributeDefinitions=[{'AttributeName': 'user_id', 'AttributeType': 'S'}],
    BillingMode='PAY_PER_REQUEST'
)
table.wait_until_exists()
client = table.meta.client
client.update_time_to_live(
    TableName='Users', TimeToLiveSpecification={'AttributeName': 'expiry_time', 'Enabled': True}
)
table.put_item(Item={'user_id': 'user123', 'name': 'John Doe'})
before = int(time.time())

# -- the listing
# Auto-delete expired items (free)
table.update_item(
    Key={'user_id': 'user123'},
    UpdateExpression='SET expiry_time = :ttl',
    ExpressionAttributeValues={
        ':ttl': int(time.time()) + 86400  # Expire in 24 hours
    }
)

# -- added: what must have come of it
after = int(time.time())
item = table.get_item(Key={'user_id': 'user123'})['Item']
assert before + 86400 <= item['expiry_time'] <= after + 86400, item
assert item['name'] == 'John Doe', item
description = client.describe_time_to_live(TableName='Users')['TimeToLiveDescription']
assert description['AttributeName'] == 'expiry_time', description
assert description['TimeToLiveStatus'] in ('ENABLING', 'ENABLED'), description

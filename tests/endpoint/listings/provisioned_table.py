# The listing of "Provisioned Mode".

# -- added: what the listing leaves out
import boto3

dynamodb = boto3.resource('dynamodb')

# -- the listing
# Create table with provisioned capacity
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
    ProvisionedThroughput={
        'ReadCapacityUnits': 100,   # 100 reads/sec
        'WriteCapacityUnits': 50    # 50 writes/sec
    }
)

# -- added: what must have come of it
table.wait_until_exists()
table.reload()
assert table.table_status == 'ACTIVE', table.table_status
assert table.provisioned_throughput['ReadCapacityUnits'] == 100, table.provisioned_throughput
assert table.provisioned_throughput['WriteCapacityUnits'] == 50, table.provisioned_throughput
assert [key['AttributeName'] for key in table.key_schema] == ['user_id', 'order_id'], table.key_schema
assert [table.name for table in dynamodb.tables.all()] == ['Orders']

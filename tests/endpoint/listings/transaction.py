# The listing of "Transactions": the bank transfer.

# -- added: what the listing leaves out
import contextlib
import io

import boto3
from botocore.exceptions import ClientError

dynamodb = boto3.resource('dynamodb')
table = dynamodb.create_table(
    TableName='Accounts',
    KeySchema=[{'AttributeName': 'account_id', 'KeyType': 'HASH'}],
    AttributeDefinitions=[{'AttributeName': 'account_id', 'AttributeType': 'S'}],
    BillingMode='PAY_PER_REQUEST'
)
table.wait_until_exists()
table.put_item(Item={'account_id': 'account1', 'balance': 150})
table.put_item(Item={'account_id': 'account2', 'balance': 20})


def balances():
    items = [table.get_item(Key={'account_id': account})['Item'] for account in ['account1', 'account2']]
    return [item['balance'] for item in items]


# -- changed: the listing stands in a function, to be called twice
def transfer():
    # -- the listing
    from boto3.dynamodb.conditions import Attr

    try:
        # -- changed: `table.meta.client`; the resource itself has no transact_write_items
        response = table.meta.client.transact_write_items(
            TransactItems=[
                # Deduct from sender (conditional check)
                {
                    'Update': {
                        'TableName': 'Accounts',
                        'Key': {'account_id': 'account1'},
                        'UpdateExpression': 'SET balance = balance - :amount',
                        # -- changed: without ':zero': 0, which no expression uses
                        'ExpressionAttributeValues': {':amount': 100},
                        'ConditionExpression': 'balance >= :amount'  # Prevent overdraft
                    }
                },
                # Add to receiver
                {
                    'Update': {
                        'TableName': 'Accounts',
                        'Key': {'account_id': 'account2'},
                        'UpdateExpression': 'SET balance = balance + :amount',
                        'ExpressionAttributeValues': {':amount': 100}
                    }
                }
            ]
        )
        print('Transaction successful')
    except ClientError as e:
        if e.response['Error']['Code'] == 'TransactionCanceledException':
            print('Transaction failed (insufficient funds)')
        # -- added: what the service says besides
        global refused
        refused = e.response


# -- added: what must have come of it
def printed_by(function):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        function()
    return printed.getvalue()


assert printed_by(transfer) == 'Transaction successful\n'
assert balances() == [50, 120], balances()

assert printed_by(transfer) == 'Transaction failed (insufficient funds)\n'
assert balances() == [50, 120], balances()
assert [reason['Code'] for reason in refused['CancellationReasons']] == ['ConditionalCheckFailed', 'None'], refused
assert refused['Error']['Message'] == (
    'Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None]'
), refused


# -- added: the original calls the resource, which has no such method,
assert not hasattr(dynamodb, 'transact_write_items')

# -- added: and gives the unused ':zero', which the service refuses.
try:
    table.meta.client.transact_write_items(
        TransactItems=[
            {
                'Update': {
                    'TableName': 'Accounts',
                    'Key': {'account_id': 'account1'},
                    'UpdateExpression': 'SET balance = balance - :amount',
                    'ExpressionAttributeValues': {':amount': 100, ':zero': 0},
                    'ConditionExpression': 'balance >= :amount'
                }
            },
            {
                'Update': {
                    'TableName': 'Accounts',
                    'Key': {'account_id': 'account2'},
                    'UpdateExpression': 'SET balance = balance + :amount',
                    'ExpressionAttributeValues': {':amount': 100}
                }
            }
        ]
    )
    raise AssertionError('the unused value was accepted')
except ClientError as e:
    assert e.response['Error']['Code'] == 'ValidationException', e.response
    message = 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:zero}'
    assert message in e.response['Error']['Message'], e.response
assert balances() == [50, 120], balances()

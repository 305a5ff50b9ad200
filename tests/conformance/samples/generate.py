#!/usr/bin/env python3
"""Writes the gallery's design documents to static/samples. Run it from anywhere; the same bytes come out.

Owns the believable data of the samples. The format is described in static/samples/README.md; the test
`samples` loads every document into the engine and runs every saved request.
"""

import json
import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import challenge

OUT = Path(__file__).resolve().parents[3] / 'static' / 'samples'
INDEX = []

FIRST = ('Ada Ben Carla Deniz Elif Finn Grace Hugo Ines Jonas Kenji Lena Mateo Nadia Oskar Priya Quinn Rosa Sven '
         'Tara Umar Vera Wei Ximena Yusuf Zoe').split()
LAST = ('Abe Berg Costa Diaz Eriksen Fischer Garcia Hansen Ito Jansen Kaya Lopez Meyer Novak Okafor Park Quist Rossi '
        'Silva Tanaka Ueda Vogel Weber Xu Yilmaz Zhang').split()
CITIES = ['Lisbon', 'Hamburg', 'Osaka', 'Nairobi', 'Toronto', 'Oslo', 'Quito', 'Pune', 'Izmir', 'Leeds']


def dynamo(value):
    """The value in DynamoDB JSON."""
    if isinstance(value, bool):
        return {'BOOL': value}
    if isinstance(value, (int, Decimal)):
        return {'N': str(value)}
    if isinstance(value, str):
        return {'S': value}
    if isinstance(value, set):
        return {'SS': sorted(value)}
    if isinstance(value, list):
        return {'L': [dynamo(element) for element in value]}
    if isinstance(value, dict):
        return {'M': item(value)}
    raise TypeError(value)


def item(attributes):
    return {name: dynamo(value) for name, value in attributes.items()}


def table(name, keys, types, **rest):
    """A CreateTable request. `keys` is 'pk' or 'pk, sk'; `types` gives the types that are not S."""
    names = keys.split(', ')
    every = list(names)
    for index in rest.get('LocalSecondaryIndexes', []) + rest.get('GlobalSecondaryIndexes', []):
        every += [k['AttributeName'] for k in index['KeySchema'] if k['AttributeName'] not in every]
    request = {
        'TableName': name,
        'KeySchema': schema(keys),
        'AttributeDefinitions': [{'AttributeName': n, 'AttributeType': types.get(n, 'S')} for n in every],
    }
    request['BillingMode'] = 'PAY_PER_REQUEST'
    return request | rest


def schema(keys):
    return [{'AttributeName': n, 'KeyType': t} for n, t in zip(keys.split(', '), ['HASH', 'RANGE'])]


def index(name, keys, projection='ALL', **rest):
    return {'IndexName': name, 'KeySchema': schema(keys), 'Projection': {'ProjectionType': projection}} | rest


def request(name, operation, body, note, answer=None):
    saved = {'name': name, 'operation': operation, 'note': note, 'request': body}
    return saved | ({'answer': answer} if answer else {})


def query(table, condition, values, **rest):
    return {'TableName': table, 'KeyConditionExpression': condition,
            'ExpressionAttributeValues': item(values), 'ReturnConsumedCapacity': 'TOTAL'} | rest


def write(file, title, section, description, tables, items, requests, patterns=(), **rest):
    """Writes one document, an item, a pattern and a request a line."""
    document = {'dynascope': 3 if patterns else 1, 'name': file.removesuffix('.json'), 'title': title, 'description': description} | rest
    lines = ['{']
    lines += [f' {json.dumps(key)}: {json.dumps(value)},' for key, value in document.items()]
    lines += [' "tables": [', ',\n'.join(f'  {json.dumps(t)}' for t in tables), ' ],', ' "items": {']
    blocks = []
    for name, rows in items.items():
        rows = ',\n'.join('  ' + json.dumps(item(row), separators=(',', ':'), ensure_ascii=False) for row in rows)
        blocks.append(f' {json.dumps(name)}: [\n{rows}\n ]')
    lines += [',\n'.join(blocks), ' },']
    if patterns:
        lines += [' "patterns": [', ',\n'.join('  ' + json.dumps(p, ensure_ascii=False) for p in patterns), ' ],']
    lines += [' "requests": [']
    lines += [',\n'.join('  ' + json.dumps(r, ensure_ascii=False) for r in requests), ' ]', '}', '']
    (OUT / file).write_text('\n'.join(lines))
    INDEX.append({'name': document['name'], 'file': file, 'title': title, 'section': section, 'description': description})


def person(number):
    """The same people in every sample."""
    if number == 123:
        return 'John Doe', 'john@example.com'
    draw = random.Random(number)
    first, last = draw.choice(FIRST), draw.choice(LAST)
    return f'{first} {last}', f'{first}.{last}{number}@example.com'.lower()


def iso(moment):
    return moment.strftime('%Y-%m-%dT%H:%M:%SZ')


# Name, category, price.
PRODUCTS = [
    ('Laptop', 'computers', Decimal('899.00')),
    ('Monitor', 'computers', Decimal('249.00')),
    ('Keyboard', 'computers', Decimal('79.95')),
    ('Mouse', 'computers', Decimal('29.50')),
    ('Desk lamp', 'home', Decimal('34.90')),
    ('Bookshelf', 'home', Decimal('119.00')),
    ('Kettle', 'kitchen', Decimal('42.50')),
    ('Toaster', 'kitchen', Decimal('38.75')),
    ('Espresso cups', 'kitchen', Decimal('19.99')),
    ('Backpack', 'travel', Decimal('69.90')),
    ('Suitcase', 'travel', Decimal('129.50')),
    ('Travel pillow', 'travel', Decimal('17.50')),
    ('Running shoes', 'sport', Decimal('109.95')),
    ('Yoga mat', 'sport', Decimal('24.99')),
    ('Water bottle', 'sport', Decimal('14.95')),
    ('Headphones', 'audio', Decimal('99.99')),
    ('Speaker', 'audio', Decimal('149.00')),
    ('Microphone', 'audio', Decimal('84.50')),
    ('Notebook', 'office', Decimal('4.90')),
    ('Fountain pen', 'office', Decimal('32.00')),
]


def users():
    draw = random.Random('users')
    rows = []
    for number in range(101, 161):
        name, email = person(number)
        joined = datetime(2021, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=draw.randrange(3 * 365 * 1440))
        row = {'user_id': f'user{number}', 'name': name, 'email': email, 'age': draw.randrange(18, 75),
               'city': draw.choice(CITIES), 'joined_at': iso(joined), 'newsletter': draw.random() < 0.4}
        if number == 123:
            row |= {'age': 30, 'city': 'Lisbon'}
        rows.append(row)
    by_email = {'TableName': 'Users', 'FilterExpression': 'email = :email',
                'ExpressionAttributeValues': item({':email': 'john@example.com'}), 'ReturnConsumedCapacity': 'TOTAL'}
    write('users.json', 'Users', 'Primary keys',
          'A simple primary key: one user an item, found at once by user_id and by nothing else.',
          [table('Users', 'user_id', {})], {'Users': rows}, [
              request('The user user123', 'GetItem',
                      {'TableName': 'Users', 'Key': item({'user_id': 'user123'}), 'ReturnConsumedCapacity': 'TOTAL'},
                      'One key, one partition, half a read unit.'),
              request('The same, strongly consistent', 'GetItem',
                      {'TableName': 'Users', 'Key': item({'user_id': 'user123'}), 'ConsistentRead': True,
                       'ReturnConsumedCapacity': 'TOTAL'},
                      'Only the leader may answer, and it costs twice as much.'),
              request('Who has that e-mail address?', 'Scan', by_email,
                      'Without an index the whole table is read to find one item.'),
              request('Three users at once', 'BatchGetItem',
                      {'RequestItems': {'Users': {'Keys': [item({'user_id': f'user{n}'}) for n in (110, 123, 150)]}},
                       'ReturnConsumedCapacity': 'TOTAL'},
                      'One call, three keys, each routed to its own partition.'),
              request('A birthday', 'UpdateItem',
                      {'TableName': 'Users', 'Key': item({'user_id': 'user123'}), 'UpdateExpression': 'SET age = age + :one',
                       'ConditionExpression': 'attribute_exists(user_id)',
                       'ExpressionAttributeValues': item({':one': 1}), 'ReturnValues': 'UPDATED_NEW'},
                      'The addition happens at the item; nothing is read first.'),
              request('Sign up, only with a new id', 'PutItem',
                      {'TableName': 'Users', 'Item': item({'user_id': 'user123', 'name': 'Somebody Else'}),
                       'ConditionExpression': 'attribute_not_exists(user_id)',
                       'ReturnValuesOnConditionCheckFailure': 'ALL_OLD'},
                      'The id is taken: the condition fails, and the write is still paid for.',
                      'ConditionalCheckFailedException'),
          ])


def orders():
    draw = random.Random('orders')
    people = [f'user{n}' for n in range(101, 141)]
    rows, number = [], 858
    day = datetime(2023, 11, 1, tzinfo=timezone.utc)
    while len(rows) < 400:
        day += timedelta(hours=draw.randrange(2, 19))
        number += 1
        if number in (1042, 1079):
            # These two are written by hand below.
            continue
        user = 'user123' if draw.random() < 0.09 else draw.choice(people)
        # Most orders are confirmed on the day they are created; some wait for their payment.
        waited = draw.choice([0, 0, 0, 0, 1, 2, 9])
        created = day - timedelta(days=waited, minutes=draw.randrange(600))
        lines = []
        for product in draw.sample(range(len(PRODUCTS)), draw.choice([1, 1, 1, 2, 2, 3])):
            name, _, price = PRODUCTS[product]
            lines.append({'product': name, 'quantity': draw.choice([1, 1, 1, 2, 3]), 'price': price})
        status = draw.choices(['delivered', 'shipped', 'paid', 'placed', 'cancelled', 'returned'], [60, 14, 8, 6, 8, 4])[0]
        rows.append({'user_id': user, 'order_id': f'{day:%Y-%m-%d}#{number}', 'created_at': iso(created),
                     'status': status, 'total': sum(line['price'] * line['quantity'] for line in lines),
                     'lines': lines, 'city': draw.choice(CITIES)})
    rows.append({'user_id': 'user123', 'order_id': '2024-01-15#1042', 'created_at': '2024-01-15T10:30:00Z',
                 'status': 'shipped', 'total': Decimal('99.99'), 'city': 'Lisbon',
                 'lines': [{'product': 'Headphones', 'quantity': 1, 'price': Decimal('99.99')}]})
    rows.append({'user_id': 'user123', 'order_id': '2024-01-31#1079', 'created_at': '2024-01-22T08:05:00Z',
                 'status': 'paid', 'total': Decimal('24.50'), 'city': 'Lisbon',
                 'lines': [{'product': 'Notebook', 'quantity': 5, 'price': Decimal('4.90')}]})
    rows.sort(key=lambda row: (row['user_id'], row['order_id']))
    john = {':user': 'user123'}
    # On demand, so that there are four partitions to see; 100 RCU and 50 WCU would be one.
    design = table('Orders', 'user_id, order_id', {},
                   LocalSecondaryIndexes=[index('created_at-index', 'user_id, created_at')],
                   GlobalSecondaryIndexes=[index('status-index', 'status, created_at')],
                   StreamSpecification={'StreamEnabled': True, 'StreamViewType': 'NEW_AND_OLD_IMAGES'})
    status_names = {'ExpressionAttributeNames': {'#status': 'status'}}
    write('orders.json', 'Orders', 'Secondary indexes',
          'A composite primary key, a local index that sorts one user’s orders by time, and a global index by status.',
          [design], {'Orders': rows}, [
              request('One order', 'GetItem',
                      {'TableName': 'Orders', 'Key': item({'user_id': 'user123', 'order_id': '2024-01-15#1042'}),
                       'ReturnConsumedCapacity': 'TOTAL'}, 'Both parts of the key: exactly one item.'),
              request('All orders of user123', 'Query', query('Orders', 'user_id = :user', john),
                      'One item collection, read in the order of its sort key.'),
              request('Orders of user123 in January', 'Query',
                      query('Orders', 'user_id = :user AND order_id BETWEEN :first AND :last',
                            john | {':first': '2024-01-01', ':last': '2024-01-31'}),
                      'The ids begin with the date. Strings: 2024-01-31#1079 sorts after 2024-01-31, and is not among them.'),
              request('Orders of user123 in all of January', 'Query',
                      query('Orders', 'user_id = :user AND begins_with(order_id, :month)', john | {':month': '2024-01'}),
                      'The prefix takes the last day in.'),
              request('The five newest orders of user123', 'Query',
                      query('Orders', 'user_id = :user', john, IndexName='created_at-index', ScanIndexForward=False, Limit=5),
                      'The local index sorts by created_at; read backwards it gives the newest first.'),
              request('The local index, strongly consistent', 'Query',
                      query('Orders', 'user_id = :user AND created_at >= :since', john | {':since': '2024-01-01'},
                            IndexName='created_at-index', ConsistentRead=True),
                      'A local index lives in the partition of its items, so it can answer with the last write.'),
              request('Everything that is shipped', 'Query',
                      query('Orders', '#status = :status', {':status': 'shipped'}, IndexName='status-index') | status_names,
                      'The global index has partitions of its own, chosen by the status.'),
              request('Shipped in January', 'Query',
                      query('Orders', '#status = :status AND begins_with(created_at, :month)',
                            {':status': 'shipped', ':month': '2024-01'}, IndexName='status-index') | status_names,
                      'status is a reserved word, so it goes through a placeholder.'),
              request('Everything that is shipped, by scanning', 'Scan',
                      {'TableName': 'Orders', 'FilterExpression': '#status = :status',
                       'ExpressionAttributeValues': item({':status': 'shipped'}), 'ReturnConsumedCapacity': 'TOTAL'} | status_names,
                      'The same answer as the index gives, for the price of the whole table.'),
              request('The dear orders of user123', 'Query',
                      query('Orders', 'user_id = :user', john | {':dear': 200}, FilterExpression='#total >= :dear',
                            ProjectionExpression='order_id, #total', ExpressionAttributeNames={'#total': 'total'}),
                      'A filter leaves out what was already read and paid for.'),
              request('Ship an order that is paid', 'UpdateItem',
                      {'TableName': 'Orders', 'Key': item({'user_id': 'user123', 'order_id': '2024-01-31#1079'}),
                       'UpdateExpression': 'SET #status = :shipped', 'ConditionExpression': '#status = :paid',
                       'ExpressionAttributeValues': item({':shipped': 'shipped', ':paid': 'paid'}),
                       'ReturnValues': 'ALL_NEW', 'ReturnConsumedCapacity': 'INDEXES'} | status_names,
                      'One write to the table, one to the local index, and two to the global one, whose key changes.'),
              request('A new order', 'PutItem',
                      {'TableName': 'Orders', 'Item': item({'user_id': 'user123', 'order_id': '2024-06-01#2000',
                       'created_at': '2024-06-01T09:00:00Z', 'status': 'placed', 'total': Decimal('42.00'), 'city': 'Lisbon'}),
                       'ReturnConsumedCapacity': 'INDEXES'}, 'Watch its record arrive in the stream.'),
              request('A page of the whole table', 'Scan', {'TableName': 'Orders', 'Limit': 25, 'ReturnConsumedCapacity': 'TOTAL'},
                      'LastEvaluatedKey is where the next page begins; the order is that of the hashes.'),
          ])


def accounts():
    draw = random.Random('accounts')
    rows = [{'account_id': 'account1', 'owner': 'John Doe', 'balance': 250, 'currency': 'EUR', 'frozen': False},
            {'account_id': 'account2', 'owner': 'Ada Berg', 'balance': 40, 'currency': 'EUR', 'frozen': False},
            {'account_id': 'account3', 'owner': 'Kenji Ito', 'balance': 60, 'currency': 'EUR', 'frozen': False},
            {'account_id': 'account4', 'owner': 'Vera Novak', 'balance': 900, 'currency': 'EUR', 'frozen': True}]
    for number in range(5, 31):
        rows.append({'account_id': f'account{number}', 'owner': person(200 + number)[0], 'balance': draw.randrange(0, 5000),
                     'currency': 'EUR', 'frozen': False})

    def move(account, sign, amount, condition=None):
        body = {'TableName': 'Accounts', 'Key': item({'account_id': account}),
                'UpdateExpression': f'SET balance = balance {sign} :amount',
                'ExpressionAttributeValues': item({':amount': amount})}
        if condition:
            body |= {'ConditionExpression': condition, 'ReturnValuesOnConditionCheckFailure': 'ALL_OLD'}
        return {'Update': body}

    def transfer(sender, receiver, amount, **rest):
        return {'TransactItems': [move(sender, '-', amount, 'balance >= :amount'), move(receiver, '+', amount)],
                'ReturnConsumedCapacity': 'TOTAL'} | rest

    check = {'ConditionCheck': {'TableName': 'Accounts', 'Key': item({'account_id': 'account4'}),
                                'ConditionExpression': 'frozen = :no', 'ExpressionAttributeValues': item({':no': False})}}
    both = {'TransactItems': [{'Get': {'TableName': 'Accounts', 'Key': item({'account_id': f'account{n}'})}} for n in (1, 2)],
            'ReturnConsumedCapacity': 'TOTAL'}
    write('accounts.json', 'Bank accounts', 'Transactions',
          'Money moves between two items or not at all: the bank transfer as a transaction, and the ways it can be refused.',
          [table('Accounts', 'account_id', {})], {'Accounts': rows}, [
              request('Both balances at one moment', 'TransactGetItems', both,
                      'Every item is read twice; a write in between would cancel the read.'),
              request('Transfer 100 from account1 to account2', 'TransactWriteItems', transfer('account1', 'account2', 100),
                      'Two updates, prepared and committed together, at twice the price.'),
              request('Transfer more than there is', 'TransactWriteItems', transfer('account3', 'account2', 1000),
                      'The condition fails at prepare: neither balance changes, and the reasons name the action at fault.',
                      'TransactionCanceledException'),
              request('Transfer from a frozen account', 'TransactWriteItems',
                      {'TransactItems': [check, move('account2', '+', 10)]},
                      'A condition check on an item that the transaction does not write.', 'TransactionCanceledException'),
              request('Transfer once, however often it is sent', 'TransactWriteItems',
                      transfer('account5', 'account6', 1, ClientRequestToken='transfer-2024-01-15-0001'),
                      'With a client request token, sending it again within ten minutes changes nothing.'),
              request('The same item twice', 'TransactWriteItems', transfer('account1', 'account1', 5),
                      'One transaction may not contain two operations on one item.', 'ValidationException'),
              request('A deposit', 'UpdateItem',
                      {'TableName': 'Accounts', 'Key': item({'account_id': 'account2'}), 'UpdateExpression': 'ADD balance :amount',
                       'ExpressionAttributeValues': item({':amount': 25}), 'ReturnValues': 'UPDATED_NEW'},
                      'A single update is atomic by itself and needs no transaction.'),
          ])


def app_data():
    draw = random.Random('app-data')
    rows, orders = [], []
    for n, (name, category, price) in enumerate(PRODUCTS):
        key = f'PRODUCT#prod{789 + n}'
        rows.append({'PK': key, 'SK': 'METADATA', 'type': 'product', 'name': name, 'price': price,
                     'stock': draw.randrange(3, 60), 'GSI1PK': f'CATEGORY#{category}', 'GSI1SK': name})
    for n in range(120, 136):
        name, email = person(n)
        rows.append({'PK': f'USER#user{n}', 'SK': 'PROFILE', 'type': 'user', 'name': name, 'email': email,
                     'city': draw.choice(CITIES)})
        for _ in range(6 if n == 123 else draw.randrange(0, 6)):
            orders.append(n)
    for n, user in enumerate(orders):
        order = f'order{456 + n}'
        moment = datetime(2024, 1, 2, tzinfo=timezone.utc) + timedelta(minutes=draw.randrange(120 * 1440))
        total = Decimal(0)
        lines = []
        for product in draw.sample(range(len(PRODUCTS)), draw.choice([1, 2, 2, 3])):
            price = rows[product]['price']
            lines.append({'PK': f'ORDER#{order}', 'SK': f'ITEM#prod{789 + product}', 'type': 'item',
                          'name': PRODUCTS[product][0], 'quantity': 1, 'price': price})
            total += price
        row = {'PK': f'USER#user{user}', 'SK': f'ORDER#{order}', 'type': 'order', 'created_at': iso(moment), 'total': total}
        status = draw.choice(['open', 'shipped', 'shipped', 'delivered', 'delivered'])
        row |= {'status': status}
        if status == 'open':
            # Only open orders are in the index: it is sparse.
            row |= {'GSI1PK': 'ORDERS#open', 'GSI1SK': iso(moment)}
        rows += [row] + lines
    rows.sort(key=lambda row: (row['PK'], row['SK']))
    user = {':pk': 'USER#user123'}
    place = {'TransactItems': [
        {'ConditionCheck': {'TableName': 'AppData', 'Key': item({'PK': 'USER#user123', 'SK': 'PROFILE'}),
                            'ConditionExpression': 'attribute_exists(PK)'}},
        {'Put': {'TableName': 'AppData', 'ConditionExpression': 'attribute_not_exists(PK)',
                 'Item': item({'PK': 'USER#user123', 'SK': 'ORDER#order999', 'type': 'order', 'status': 'open',
                               'created_at': '2024-05-20T10:00:00Z', 'total': Decimal('899.00'), 'GSI1PK': 'ORDERS#open',
                               'GSI1SK': '2024-05-20T10:00:00Z'})}},
        {'Put': {'TableName': 'AppData', 'Item': item({'PK': 'ORDER#order999', 'SK': 'ITEM#prod789', 'type': 'item',
                                                       'name': 'Laptop', 'quantity': 1,
                                                       'price': Decimal('899.00')})}},
        {'Update': {'TableName': 'AppData', 'Key': item({'PK': 'PRODUCT#prod789', 'SK': 'METADATA'}),
                    'UpdateExpression': 'SET stock = stock - :one', 'ConditionExpression': 'stock >= :one',
                    'ExpressionAttributeValues': item({':one': 1})}}]}
    write('app-data.json', 'AppData, a single table', 'Single-table design',
          'Users, orders and products of a shop in one table, its keys overloaded, with one sparse index for the rest.',
          [table('AppData', 'PK, SK', {}, GlobalSecondaryIndexes=[index('GSI1', 'GSI1PK, GSI1SK')])], {'AppData': rows}, [
              request('A user and all of their orders', 'Query', query('AppData', 'PK = :pk', user),
                      'Profile and orders are neighbours: one query, no join.'),
              request('Only the orders', 'Query', query('AppData', 'PK = :pk AND begins_with(SK, :order)', user | {':order': 'ORDER#'}),
                      'The sort key’s prefix says what kind of item it is.'),
              request('Only the profile', 'GetItem',
                      {'TableName': 'AppData', 'Key': item({'PK': 'USER#user123', 'SK': 'PROFILE'})}, 'One item.'),
              request('The lines of an order', 'Query', query('AppData', 'PK = :pk', {':pk': 'ORDER#order456'}),
                      'The order’s lines have the order’s own partition key.'),
              request('A product', 'GetItem',
                      {'TableName': 'AppData', 'Key': item({'PK': 'PRODUCT#prod789', 'SK': 'METADATA'})}, 'The laptop.'),
              request('The products of a category', 'Query',
                      query('AppData', 'GSI1PK = :pk', {':pk': 'CATEGORY#kitchen'}, IndexName='GSI1'),
                      'The index is overloaded as well: here it lists products.'),
              request('The open orders, oldest first', 'Query',
                      query('AppData', 'GSI1PK = :pk', {':pk': 'ORDERS#open'}, IndexName='GSI1'),
                      'Only open orders have the index’s attributes, so only they are in it.'),
              request('Place an order', 'TransactWriteItems', place,
                      'Checks the user, writes the order and its line, and takes one from the stock: all or nothing.'),
          ])


def shopping_carts():
    draw = random.Random('shopping-carts')
    epoch, month = 1706181600, 30 * 86400
    rows = [{'user_id': 'user_12345', 'product_id': 'prod_67890', 'quantity': 2, 'price': Decimal('29.99'),
             'added_at': epoch, 'ttl': epoch + month},
            {'user_id': 'user_12345', 'product_id': 'prod_67889', 'quantity': 1, 'price': Decimal('17.50'),
             'added_at': epoch + 120 - month, 'ttl': epoch + 120},
            {'user_id': 'user_12346', 'product_id': 'prod_67889', 'quantity': 1, 'price': Decimal('17.50'),
             'added_at': epoch + 2400 - month, 'ttl': epoch + 2400}]
    for n in range(40):
        user = f'user_{12345 + n}'
        for product in draw.sample(range(len(PRODUCTS)), draw.choice([1, 2, 3, 4, 5])):
            # Nothing has expired when the sample is loaded; the first items do within the hour.
            added = epoch - draw.randrange(month - 3600)
            rows.append({'user_id': user, 'product_id': f'prod_{67891 + product}', 'quantity': draw.choice([1, 1, 1, 2, 3]),
                         'price': PRODUCTS[product][2], 'added_at': added, 'ttl': added + month})
    cart = {':user_id': 'user_12345'}
    when = {'TableName': 'shopping_carts', 'ProjectionExpression': 'user_id, product_id, #ttl',
            'ExpressionAttributeNames': {'#ttl': 'ttl'}, 'ReturnConsumedCapacity': 'TOTAL'}
    longer = {'TableName': 'shopping_carts', 'Key': item({'user_id': 'user_12345', 'product_id': 'prod_67889'}),
              'UpdateExpression': 'SET #ttl = #ttl + :day', 'ConditionExpression': 'attribute_exists(user_id)',
              'ExpressionAttributeNames': {'#ttl': 'ttl'}, 'ExpressionAttributeValues': item({':day': 86400}),
              'ReturnValues': 'UPDATED_NEW'}
    write('shopping-carts.json', 'Shopping carts', 'Time to live and on-demand capacity',
          'The design challenge’s answer: a cart is an item collection, and abandoned carts expire by themselves after 30 days.',
          [table('shopping_carts', 'user_id, product_id', {},
                 StreamSpecification={'StreamEnabled': True, 'StreamViewType': 'NEW_AND_OLD_IMAGES'})
           | {'TimeToLive': {'AttributeName': 'ttl'}}],
          {'shopping_carts': rows}, [
              request('The whole cart', 'Query', query('shopping_carts', 'user_id = :user_id', cart), 'One partition.'),
              request('Add to the cart', 'PutItem',
                      {'TableName': 'shopping_carts', 'Item': item({'user_id': 'user_12345', 'product_id': 'prod_67999',
                       'quantity': 1, 'price': Decimal('12.50')})},
                      'Without a ttl it stays for ever; an application would put the time thirty days from now.'),
              request('Keep it a day longer', 'UpdateItem', longer,
                      'One item of this cart expires two minutes after the sample was loaded; this moves it.'),
              request('Change the quantity', 'UpdateItem',
                      {'TableName': 'shopping_carts', 'Key': item({'user_id': 'user_12345', 'product_id': 'prod_67890'}),
                       'UpdateExpression': 'SET quantity = :quantity', 'ExpressionAttributeValues': item({':quantity': 3}),
                       'ReturnValues': 'ALL_NEW'}, 'The rest of the item stays.'),
              request('When does everything expire?', 'Scan', when,
                      'Move the clock ahead and ask again: what has expired is deleted by itself, at no cost.'),
              request('Remove from the cart', 'DeleteItem',
                      {'TableName': 'shopping_carts', 'Key': item({'user_id': 'user_12345', 'product_id': 'prod_67890'}),
                       'ReturnValues': 'ALL_OLD'}, 'What was there comes back.'),
          ], epoch=epoch, relativeTimes={'shopping_carts': ['added_at', 'ttl']})


def time_series():
    draw = random.Random('time-series')
    rows = []
    for device, base in [('sensor-attic', 26), ('sensor-cellar', 11), ('sensor-garden', 14), ('sensor-hall', 20),
                         ('sensor-roof', 24), ('sensor-shed', 16)]:
        for half_hour in range(48):
            moment = datetime(2024, 5, 1, tzinfo=timezone.utc) + timedelta(minutes=30 * half_hour)
            warmth = [0, -1, -2, -2, -1, 1, 3, 5, 7, 6, 4, 1][half_hour // 4]
            temperature = Decimal(base * 10 + warmth * 10 + draw.randrange(-8, 9)) / 10
            row = {'device_id': device, 'timestamp': iso(moment), 'temperature': temperature,
                   'humidity': draw.randrange(35, 80), 'battery': 100 - half_hour // 8}
            if temperature >= 30:
                row['alarm'] = 'HEAT'
            rows.append(row)
    attic = {':device': 'sensor-attic'}
    stamp = {'ExpressionAttributeNames': {'#timestamp': 'timestamp'}}
    write('time-series.json', 'Device readings', 'Sort keys: time series',
          'A device’s readings sorted by time: the newest first, a morning, and a sparse index that holds the alarms alone.',
          [table('device_readings', 'device_id, timestamp', {},
                 GlobalSecondaryIndexes=[index('alarm-index', 'alarm, timestamp')])], {'device_readings': rows}, [
              request('The newest reading of a device', 'Query',
                      query('device_readings', 'device_id = :device', attic, ScanIndexForward=False, Limit=1),
                      'Backwards from the end, and one item is enough.'),
              request('One morning', 'Query',
                      query('device_readings', 'device_id = :device AND #timestamp BETWEEN :from AND :to',
                            attic | {':from': '2024-05-01T06:00:00Z', ':to': '2024-05-01T12:00:00Z'}) | stamp,
                      'ISO 8601 sorts as text in the order of time.'),
              request('The hot readings of a device', 'Query',
                      query('device_readings', 'device_id = :device', attic | {':hot': 30}, FilterExpression='temperature >= :hot'),
                      'All 48 readings are evaluated and paid for, whatever the filter keeps.'),
              request('All alarms of the afternoon', 'Query',
                      query('device_readings', 'alarm = :alarm AND #timestamp >= :noon',
                            {':alarm': 'HEAT', ':noon': '2024-05-01T12:00:00Z'}, IndexName='alarm-index') | stamp,
                      'Only readings with an alarm are in the index.'),
              request('Temperatures only', 'Query',
                      query('device_readings', 'device_id = :device', {':device': 'sensor-garden'},
                            ProjectionExpression='#timestamp, temperature') | stamp,
                      'A projection makes the answer smaller, not the read.'),
          ])


def folders():
    draw = random.Random('folders')
    tree = {'Documents': ['cv.pdf', 'letter.docx'], 'Documents/Taxes/2022': ['declaration.pdf', 'receipts.zip'],
            'Documents/Taxes/2023': ['declaration.pdf', 'receipts.zip', 'bank.csv'], 'Documents/Insurance': ['policy.pdf', 'claim.pdf'],
            'Music/Live': ['oslo.flac', 'pune.flac'], 'Music/Studio': ['demo-1.wav', 'demo-2.wav', 'master.wav'],
            'Photos/2023/Lisbon': [f'img-{n:03}.jpg' for n in range(1, 13)], 'Photos/2024/Osaka': [f'img-{n:03}.jpg' for n in range(1, 19)],
            'Photos/2024': ['index.json'], '': ['readme.txt']}
    kinds = {'pdf': 'application/pdf', 'jpg': 'image/jpeg', 'txt': 'text/plain', 'json': 'application/json', 'csv': 'text/csv',
             'zip': 'application/zip', 'flac': 'audio/flac', 'wav': 'audio/wav', 'docx': 'application/msword'}
    rows = []
    for user in ('user123', 'user124'):
        for folder, names in tree.items():
            for name in names[:None if user == 'user123' else 2]:
                moment = datetime(2023, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=draw.randrange(500 * 1440))
                rows.append({'user_id': user, 'path': f'{folder}/{name}'.lstrip('/'), 'size_bytes': draw.randrange(800, 9_000_000),
                             'content_type': kinds[name.rsplit('.', 1)[1]], 'modified_at': iso(moment)})
    rows.sort(key=lambda row: (row['user_id'], row['path']))
    john = {':user': 'user123'}
    path = {'ExpressionAttributeNames': {'#path': 'path'}}
    write('folders.json', 'Folder hierarchy', 'Sort keys: hierarchies',
          'Paths as sort keys: a folder with everything under it is one query by prefix.',
          [table('files', 'user_id, path', {})], {'files': rows}, [
              request('Everything under a folder', 'Query',
                      query('files', 'user_id = :user AND begins_with(#path, :folder)', john | {':folder': 'Documents/Taxes/'}) | path,
                      'The prefix is a range of the sort key.'),
              request('The photos of a year, ten at a time', 'Query',
                      query('files', 'user_id = :user AND begins_with(#path, :folder)', john | {':folder': 'Photos/2024/'}, Limit=10) | path,
                      'Go on from LastEvaluatedKey for the next ten.'),
              request('One file', 'GetItem',
                      {'TableName': 'files', 'Key': item({'user_id': 'user123', 'path': 'Documents/Taxes/2023/bank.csv'})}, 'The whole path.'),
              request('All files, names only', 'Query', query('files', 'user_id = :user', john, ProjectionExpression='#path') | path,
                      'In the order of the paths.'),
              request('How many photos are there?', 'Query',
                      query('files', 'user_id = :user AND begins_with(#path, :folder)', john | {':folder': 'Photos/'}, Select='COUNT') | path,
                      'A count reads, and costs, as much as the items.'),
          ])


def versions():
    draw = random.Random('versions')
    titles = ['Travel policy', 'Style guide', 'Onboarding', 'Incident review', 'Roadmap', 'Security policy', 'Glossary', 'Menu']
    verbs = ['Shorten the introduction', 'Correct the dates', 'Add a table', 'Answer the review', 'Fix typos', 'Add examples', 'Reorder']
    rows = []
    for number, title in enumerate(titles, 1):
        moment = datetime(2023, 9, 1, 9, tzinfo=timezone.utc) + timedelta(days=number)
        for version in range(1, (7 if number == 1 else draw.randrange(3, 12)) + 1):
            moment += timedelta(hours=draw.randrange(3, 400))
            change = 'First draft' if version == 1 else draw.choice(verbs)
            rows.append({'document_id': f'doc{number}', 'version_number': version, 'title': title, 'author': person(draw.randrange(101, 121))[0],
                         'change': change, 'saved_at': iso(moment), 'words': 200 + version * draw.randrange(20, 60)})
    document = {':document': 'doc1'}
    save = {'TableName': 'documents', 'ConditionExpression': 'attribute_not_exists(version_number)',
            'ReturnValuesOnConditionCheckFailure': 'ALL_OLD'}

    def version(number):
        return {'Item': item({'document_id': 'doc1', 'version_number': number, 'title': 'Travel policy', 'author': 'John Doe',
                              'change': 'Allow night trains', 'saved_at': '2024-02-01T09:00:00Z', 'words': 512})}
    write('versions.json', 'Document versions', 'Sort keys: versions',
          'A document’s versions as an item collection: the newest, any older one, and a save that never overwrites.',
          [table('documents', 'document_id, version_number', {'version_number': 'N'})], {'documents': rows}, [
              request('The newest version', 'Query', query('documents', 'document_id = :document', document, ScanIndexForward=False, Limit=1),
                      'The sort key is a number, so 10 comes after 9.'),
              request('The first version', 'GetItem', {'TableName': 'documents', 'Key': item({'document_id': 'doc1', 'version_number': 1})}, 'By its number.'),
              request('The history', 'Query',
                      query('documents', 'document_id = :document', document, ProjectionExpression='version_number, author, #change, saved_at',
                            ExpressionAttributeNames={'#change': 'change'}), 'Oldest first.'),
              request('Versions 2 to 4', 'Query',
                      query('documents', 'document_id = :document AND version_number BETWEEN :from AND :to', document | {':from': 2, ':to': 4}),
                      'A range of numbers.'),
              request('Save version 8', 'PutItem', save | version(8), 'Nobody saved an eighth version yet, so it is written.'),
              request('Save over version 7', 'PutItem', save | version(7), 'Somebody was faster: the condition keeps their version.',
                      'ConditionalCheckFailedException'),
          ])


def game_scores():
    draw = random.Random('game-scores')
    titles = ['Alien Adventure', 'Attack Ships', 'Galaxy Invaders', 'Meteor Blasters', 'Starship X']
    rows = []
    for user in range(101, 151):
        for title in sorted(draw.sample(titles, draw.randrange(2, 6))):
            moment = datetime(2015, 1, 1) + timedelta(minutes=draw.randrange(365 * 1440))
            rows.append({'UserId': str(user), 'GameTitle': title, 'TopScore': draw.randrange(10, 6000),
                         'TopScoreDateTime': moment.strftime('%Y-%m-%d:%H:%M:%S'), 'Wins': draw.randrange(0, 90),
                         'Losses': draw.randrange(0, 90)})
    rows = [row for row in rows if (row['UserId'], row['GameTitle']) != ('101', 'Galaxy Invaders')]
    rows.append({'UserId': '101', 'GameTitle': 'Galaxy Invaders', 'TopScore': 5842,
                 'TopScoreDateTime': '2015-09-15:17:24:31', 'Wins': 21, 'Losses': 72})
    rows.sort(key=lambda row: (row['UserId'], row['GameTitle']))
    game = {':title': 'Galaxy Invaders'}
    better = {'TableName': 'GameScores', 'Key': item({'UserId': '101', 'GameTitle': 'Galaxy Invaders'}),
              'UpdateExpression': 'SET TopScore = :score, TopScoreDateTime = :when ADD Wins :one', 'ConditionExpression': 'TopScore < :score',
              'ExpressionAttributeValues': item({':score': 6001, ':when': '2015-12-24:20:00:00', ':one': 1}),
              'ReturnValues': 'ALL_NEW', 'ReturnConsumedCapacity': 'INDEXES'}
    write('game-scores.json', 'GameScores', 'Global secondary indexes',
          'The example of AWS’s own developer guide: scores by player, and a global index that turns them into leaderboards.',
          [table('GameScores', 'UserId, GameTitle', {'TopScore': 'N'},
                 GlobalSecondaryIndexes=[index('GameTitleIndex', 'GameTitle, TopScore', 'KEYS_ONLY')])], {'GameScores': rows}, [
              request('The scores of a player', 'Query', query('GameScores', 'UserId = :user', {':user': '101'}), 'By the table’s own key.'),
              request('The leaderboard of a game', 'Query',
                      query('GameScores', 'GameTitle = :title', game, IndexName='GameTitleIndex', ScanIndexForward=False, Limit=10),
                      'The index sorts by TopScore; ten from its end.'),
              request('Scores over 5000', 'Query',
                      query('GameScores', 'GameTitle = :title AND TopScore > :score', game | {':score': 5000}, IndexName='GameTitleIndex'),
                      'Keys only: wins and losses are not in the index.'),
              request('A new top score', 'UpdateItem', better, 'The index entry’s key changes: it is deleted and put anew.'),
              request('The leaderboard, strongly consistent', 'Query',
                      query('GameScores', 'GameTitle = :title', game, IndexName='GameTitleIndex', ConsistentRead=True),
                      'A global index is always a little behind and cannot promise the last write.', 'ValidationException'),
          ])


for make in (users, orders, accounts, app_data, shopping_carts, time_series, folders, versions, game_scores):
    make()
challenge.make(item, table, query, request, write)
(OUT / 'index.json').write_text('[\n' + ',\n'.join('  ' + json.dumps(entry, ensure_ascii=False) for entry in INDEX) + '\n]\n')

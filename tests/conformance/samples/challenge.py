"""The design challenge of the document that the project began with: two keys for the carts and two for the orders, and the access
patterns that decide between them. `generate.py` calls it with its own ways to write a document."""

import random
from decimal import Decimal

EPOCH, MONTH = 1706181600, 30 * 86400
USERS, PRODUCTS = 40, 24
DAYS = ['2024-01-23', '2024-01-24', '2024-01-25']
A_USER = 'user_{uniform 12345..12384}'
A_PRODUCT = 'prod_{uniform 67889..67912}'
# On Black Friday six in ten want the one product that is on offer.
THE_PRODUCT = 'prod_{hot 4% of 67889..67912 gets 60%}'
READ = {'halfUnits': 1, 'partitions': 1, 'returnedPercent': 90, 'noScan': True, 'noHotKey': True}
WRITE = {'halfUnits': 2, 'partitions': 1, 'noHotKey': True}


def carts():
    draw = random.Random('design-challenge carts')
    prices = [Decimal(draw.randrange(490, 90000)) / 100 for _ in range(PRODUCTS)]
    for user in range(USERS):
        for product in sorted(draw.sample(range(PRODUCTS), draw.choice([3, 4, 5, 6, 7, 8]))):
            added = EPOCH - draw.randrange(MONTH - 3600)
            yield {'user_id': f'user_{12345 + user}', 'product_id': f'prod_{67889 + product}', 'quantity': draw.choice([1, 1, 1, 2, 3]),
                   'price': prices[product], 'added_at': added, 'ttl': added + MONTH}


def orders():
    draw = random.Random('design-challenge orders')
    for day in DAYS:
        for number in range(40):
            moment = f'{day}T{8 + number // 4:02}:{number * 13 % 60:02}:00Z'
            yield day, draw.randrange(10), {'order_id': f'{moment}#{1000 + DAYS.index(day) * 40 + number}',
                                            'user_id': f'user_{12345 + draw.randrange(USERS)}',
                                            'total': Decimal(draw.randrange(490, 90000)) / 100}


def make(item, table, query, request, write):
    placed = list(orders())
    rows = {
        'carts_by_user': list(carts()),
        'carts_by_product': [{'product_id': row['product_id']} | row for row in carts()],
        'orders_by_date': [{'order_date': day} | order for day, _, order in placed],
        'orders_by_date_shard': [{'date_shard': f'{day}#{shard}'} | order for day, shard, order in placed],
    }

    def pattern(name, note, operation, asked, rate, size, expects, **rest):
        return {'name': name, 'note': note, 'operation': operation, 'request': asked, 'rate': dict(zip(('times', 'per'), rate)),
                'itemBytes': size, 'expects': expects} | rest

    def put(name, key, size_rest):
        return {'TableName': name, 'Item': {attribute: {'S': value} for attribute, value in key.items()} | size_rest}

    line = {'quantity': {'N': '{uniform 1..3}'}, 'price': {'N': '29.99'}, 'added_at': {'N': '{now s}'}, 'ttl': {'N': '{now s +30d}'}}
    placing = {'user_id': {'S': A_USER}, 'total': {'N': '{uniform 5..400}.95'}}
    number = '{now iso}#{uniform 1000..999999999 :9}'
    by_filter = {'TableName': 'carts_by_product', 'FilterExpression': 'user_id = :u', 'ExpressionAttributeValues': item({':u': A_USER})}
    of_user = {'TableName': 'carts_by_user', 'KeyConditionExpression': 'user_id = :u', 'ExpressionAttributeValues': item({':u': A_USER})}
    of_shard = {'TableName': 'orders_by_date_shard', 'KeyConditionExpression': 'date_shard = :d',
                'ExpressionAttributeValues': item({':d': '2024-01-25#{shard 0..9}'})}
    patterns = [
        pattern('Get the cart', 'Keyed by user, a cart is one item collection: one query of one partition.', 'Query', of_user,
                (800, 'second'), 110, READ, items=6),
        pattern('Add to the cart', 'One small write. Black Friday is 100 times as much: drive traffic at 100 times the rates.', 'PutItem',
                put('carts_by_user', {'user_id': A_USER, 'product_id': A_PRODUCT}, line), (150, 'second'), 110, WRITE),
        pattern('Remove from the cart', 'The whole key is known, so nothing is read first.', 'DeleteItem',
                {'TableName': 'carts_by_user', 'Key': item({'user_id': A_USER, 'product_id': A_PRODUCT})}, (50, 'second'), 110, WRITE),
        pattern('Get the cart, keyed by product',
                'Keyed by product a cart lies all over the table: the only way to it is a scan, which pays for everybody’s.', 'Scan', by_filter,
                (800, 'second'), 110, READ, items=220, allPages=True),
        pattern('Add to the cart, keyed by product',
                'On Black Friday six in ten want the same product, and one partition takes 1,000 writes a second of its key.', 'PutItem',
                put('carts_by_product', {'product_id': THE_PRODUCT, 'user_id': A_USER}, line), (15000, 'second'), 110, WRITE),
        pattern('Place an order, keyed by date', 'All of a day’s orders have one partition key.', 'PutItem',
                put('orders_by_date', {'order_date': '{today}', 'order_id': number}, placing), (3000, 'second'), 120, WRITE),
        pattern('Place an order, keyed by date and shard', 'A suffix from 0 to 9 spreads a day over ten partition keys.', 'PutItem',
                put('orders_by_date_shard', {'date_shard': '{today}#{shard 0..9}', 'order_id': number}, placing), (3000, 'second'), 120, WRITE),
        pattern('Read a shard of a day', 'What sharding costs: a day is ten queries, one a suffix, whose answers are merged.', 'Query', of_shard,
                (10, 'minute'), 100, {'halfUnits': 1, 'partitions': 1, 'noScan': True}, items=4),
    ]
    one = {':u': 'user_12345'}
    last_day, last_shard, _ = placed[-1]
    requests = [
        request('A cart, keyed by user', 'Query', query('carts_by_user', 'user_id = :u', one), 'One query of one partition finds the cart.'),
        request('The same cart, keyed by product', 'Scan',
                {'TableName': 'carts_by_product', 'FilterExpression': 'user_id = :u', 'ExpressionAttributeValues': item(one),
                 'ReturnConsumedCapacity': 'TOTAL'}, 'Every item is looked at and paid for; the filter comes after that.'),
        request('Who has a product in the cart', 'Query', query('carts_by_product', 'product_id = :p', {':p': 'prod_67894'}),
                'What the other key is good for; keyed by user this needs a global index.'),
        request('A day’s orders, keyed by date', 'Query', query('orders_by_date', 'order_date = :d', {':d': last_day}),
                'One query reads the day, which is why the date tempts; and one partition takes all of its writes.'),
        request('One shard of a day’s orders', 'Query', query('orders_by_date_shard', 'date_shard = :d', {':d': f'{last_day}#{last_shard}'}),
                'One of the ten queries that together read the day.'),
    ]
    expiring = {'TimeToLive': {'AttributeName': 'ttl'}}
    write('design-challenge.json', 'The design challenge', 'Access patterns',
          'Two keys for the carts and two for the orders, with the access patterns that decide between them: run them, and see which design holds.',
          [table('carts_by_user', 'user_id, product_id', {}) | expiring, table('carts_by_product', 'product_id, user_id', {}) | expiring,
           table('orders_by_date', 'order_date, order_id', {}), table('orders_by_date_shard', 'date_shard, order_id', {})],
          rows, requests, patterns, epoch=EPOCH,
          relativeTimes={name: ['added_at', 'ttl'] for name in ('carts_by_user', 'carts_by_product')})

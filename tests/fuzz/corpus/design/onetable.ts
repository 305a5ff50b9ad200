
import {Table} from 'dynamodb-onetable'
const TableName = 'shop'
export const Schema = {
    format: 'onetable:1.1.0', version: '0.0.1',
    indexes: {
        primary: { hash: 'pk', sort: 'sk' },
        gs1: { hash: 'gs1pk', sort: 'gs1sk', project: ['name', 'email'], follow: true },
        ls1: { type: 'local', sort: 'updated' },
    },
    models: {
        User: {
            pk: { type: String, value: 'user#${id}' }, sk: { type: String, value: 'user#' },
            id: { type: String, generate: 'ulid' }, updated: { type: Number }, expires: { type: Date, ttl: true, map: 'ttl' },
            check: { type: String, validate: /^[a-z]+$/ },
        },
    } as const,
    params: { timestamps: true, isoDates: (value) => ({ a: value }) },
} as const
const table = new Table({ name: TableName, schema: Schema, client })
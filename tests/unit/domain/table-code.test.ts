import { describe, expect, it } from 'vitest'
import { fileCode, insertTable, namesTable, sqlName, tableCode } from '#lib/domain/table-code.ts'
import { checkDataPath, fullName, isTableName } from '#lib/domain/data.ts'

const ORDERS = { schema: 'sales', table: 'orders' }
const PLAIN = { schema: 'default', table: 'orders' }

describe('code for a table', () => {
  it('names it as Spark takes it', () => {
    expect([sqlName(ORDERS), sqlName(PLAIN), sqlName({ schema: 'default', table: 'order' }), sqlName({ schema: 's', table: '2024' })]).toEqual(['sales.orders', 'orders', '`order`', 's.`2024`'])
    expect(tableCode(ORDERS, 'python')).toBe('spark.table("sales.orders")')
    expect(tableCode(ORDERS, 'sql')).toBe('SELECT * FROM sales.orders LIMIT 100')
    expect([tableCode(ORDERS, 'sql', 3), tableCode(ORDERS, 'python', 3)]).toEqual(['SELECT * FROM sales.orders VERSION AS OF 3 LIMIT 100', 'spark.read.option("versionAsOf", 3).table("sales.orders")'])
    expect(fullName(PLAIN)).toBe('orders')
  })

  it('reads a file by its ending', () => {
    expect(fileCode('s3a://b/a.csv')).toBe('spark.read.csv("s3a://b/a.csv", header=True, inferSchema=True)')
    expect(fileCode('s3a://b/a.ndjson')).toBe('spark.read.json("s3a://b/a.ndjson")')
    expect(fileCode('s3a://b/a.parquet')).toBe('spark.read.parquet("s3a://b/a.parquet")')
    expect(fileCode('s3a://b/a.log')).toBe('spark.read.text("s3a://b/a.log", wholetext=True)')
  })
})

describe('a table put into a cell', () => {
  it.each([
    ['python', '', null, 'spark.table("sales.orders")'],
    ['sql', ' \n', 0, 'SELECT * FROM sales.orders LIMIT 100 \n'],
    ['python', 'x = 1\n', null, 'x = 1\nspark.table("sales.orders")\n'],
    ['sql', 'select 1', 3, 'select 1;\nSELECT * FROM sales.orders LIMIT 100'],
    ['sql', 'select 1;', null, 'select 1;\nSELECT * FROM sales.orders LIMIT 100'],
    ['sql', 'select *\nfrom  where a > 1', 14, 'select *\nfrom sales.orders where a > 1'],
  ] as const)('%s %j at %j', (kind, source, caret, expected) => {
    const { at, text } = insertTable(ORDERS, kind, source, caret)!
    expect(source.slice(0, at) + text + source.slice(at)).toBe(expected)
  })

  it('has no place in a text or a chart', () => {
    for (const kind of ['markdown', 'chart', 'input'] as const) expect(insertTable(ORDERS, kind, '', null)).toBeNull()
  })
})

describe('which sources name a table', () => {
  it.each(['select * from sales.orders', 'FROM `sales`.`orders` o', 'spark.table("sales.orders")', 'join SALES.Orders on', 'select * from sales . orders', 's3a://b/ws/1/tables/sales.db/orders', 'delta.`s3a://b/ws/1/tables/sales.db/orders`'])('%s', (source) => {
    expect(namesTable(source, ORDERS)).toBe(true)
  })
  it.each(['select * from sales.orders2', 'select * from presales.orders', 'orders', 'from orders', 'select sales.orders.id2 from x.sales.orders.y', 'sales = orders'])('not %s', (source) => {
    expect(namesTable(source, ORDERS)).toBe(false)
  })
  it.each(['select * from orders', 'JOIN orders o', 'spark.table("orders")', "df.write.saveAsTable('orders')", 'from default.orders', 'select * from `orders`', 'describe history orders'])('of the default schema: %s', (source) => {
    expect(namesTable(source, PLAIN)).toBe(true)
  })
  it.each(['orders = 1', 'select * from sales.orders', 'from orders_old', 'print("orders")', 'from orders.x'])('of the default schema, not %s', (source) => {
    expect(namesTable(source, PLAIN)).toBe(false)
  })
})

describe('names from people [S24]', () => {
  it.each(['orders', 'Orders_2', '2024'])('a table may be called %s', (name) => expect(isTableName(name)).toBe(true))
  it.each(['', '..', 'a.b', 'a/b', 'a b', 'ä', 'a\n', 'x'.repeat(129)])('none is called %j', (name) => expect(isTableName(name)).toBe(false))
  it.each(['a.csv', 'raw/Umsätze (2024).json', 'day=1/part-0.parquet', '日本.txt'])('a file may lie at %s', (path) => expect(checkDataPath(path).ok).toBe(true))
  it.each(['', '/', '/a', 'a/', 'a//b', '.', '..', 'a/../b', '%2e%2e/a', '..;/a', 'a\\b', 'a\0', 'a\nb', '‥', 'x'.repeat(701)])('none lies at %j', (path) => expect(checkDataPath(path).ok).toBe(false))
})

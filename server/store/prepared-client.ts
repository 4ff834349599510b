/**
 * The driver for drizzle, which sends every statement unprepared: the driver then asks the server for the parameters'
 * types first, so each statement costs two round trips and a plan, and none can follow another without waiting. Here
 * statements are prepared once per connection, as the driver does for its own. Connections live half an hour or so,
 * which bounds what they keep.
 */
import type { Sql } from './client.ts'

export function preparedClient(sql: Sql): Sql {
  return new Proxy(sql, {
    get(target, key) {
      if (key === 'unsafe') return (text: string, values?: never[], options?: object) => target.unsafe(text, values, { ...options, prepare: (values?.length ?? 0) > 0 })
      if (key === 'begin' || key === 'savepoint') return wrapped(target as never, key)
      return Reflect.get(target, key) as unknown
    },
  })
}

type Within = (...values: unknown[]) => Promise<unknown>

/** Transactions hand their own client to the last argument. */
function wrapped(target: Record<'begin' | 'savepoint', Within>, key: 'begin' | 'savepoint'): Within {
  return (...values) => {
    const act = values.at(-1) as (client: Sql) => unknown
    return target[key](...values.slice(0, -1), (client: Sql) => act(preparedClient(client)))
  }
}

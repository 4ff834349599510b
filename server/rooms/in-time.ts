/**
 * A deadline for what is asked of the database. Not only for a slow one: the driver never answers a query that was put
 * on a connection in the moment it broke, and whoever waits for it would wait for ever.
 */
export const ANSWER_WITHIN_MS = 5_000

export function inTime<T>(work: Promise<T>, ms = ANSWER_WITHIN_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The database does not answer.')), ms)
  })
  work.catch(() => {})
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/**
 * Does work again that Postgres ended because it and another transaction waited for each other. Nothing of it is done
 * then. For work that is one transaction and takes locks in an order that others do not keep, such as a migration.
 */
const TRIES = 20
const DEADLOCK = '40P01'

export async function repeatOnDeadlock(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries === TRIES || !isDeadlock(error)) throw error
    }
  }
}

/** Drizzle gives the driver's error as the cause of its own. */
function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return (error as { code?: unknown }).code === DEADLOCK || isDeadlock(error.cause)
}

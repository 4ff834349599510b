/**
 * Does work again that found the tables in use: Postgres ended it because it and another transaction waited for each
 * other, or it had waited as long as it may (`lock_timeout`). Nothing of it is done then. For work that is one transaction
 * and locks much, such as a migration: between two tries those whom it kept waiting get through.
 */
const TRIES = 60
/** Postgres's codes for a deadlock and for a lock that did not come in time. */
const IN_USE = ['40P01', '55P03']

export async function repeatWhileLocked(work: () => Promise<void>, pauseMs = 2000): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries === TRIES || !isInUse(error)) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/** Drizzle gives the driver's error as the cause of its own. */
function isInUse(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return IN_USE.includes(String((error as { code?: unknown }).code)) || isInUse(error.cause)
}

/** A store that is away, or says no, is a sentence for the person; everything else that throws is a bug and goes on. */
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'

export async function orAway<T>(ask: () => Promise<T>): Promise<Outcome<T, 'storage-unavailable'>> {
  try {
    return accept(await ask())
  } catch (error) {
    if (!isOfStore(error)) throw error
    if (isFull(error)) return refuse('storage-unavailable', 'The object store is full, so nothing was written. Free some space, or tell the operator, and try again.')
    return refuse('storage-unavailable', 'The object store cannot be reached. Try again in a moment.')
  }
}

/** The client's own errors have a code (`AccessDenied`, `ECONNREFUSED`); so have Postgres's, which come wrapped. */
function isOfStore(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return typeof code === 'string' && name !== 'PostgresError' && !code.startsWith('ERR_')
}

const isFull = (error: unknown): boolean => /StorageFull|InsufficientStorage|QuotaExceeded/.test(String((error as { code?: unknown }).code))

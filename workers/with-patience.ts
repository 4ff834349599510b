/**
 * Does something with the database again while that is away or takes no writes: a restart of Postgres and a fail-over are
 * waited out, a wrong statement is not. A connection that breaks during a commit leaves open whether it came through, so
 * `act` must bear to be done twice. The patience is longer than a worker may live without its database (liveness.ts):
 * either a write comes through, or the sweep ends the run.
 */
export const PATIENCE_MS = 90_000
const AGAIN_AFTER_MS = [50, 100, 200, 400, 800, 1000]

export async function withPatience<T>(act: () => Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE_MS
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await act()
    } catch (error) {
      if (!(isConnectionTrouble(error) || isCollision(error)) || Date.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS[Math.min(attempt, AGAIN_AFTER_MS.length - 1)]))
    }
  }
}

/** Two transactions met, and Postgres gave up this one of them. */
const isCollision = (error: unknown): boolean => codesOf(error).some((code) => code === '40P01' || code === '40001')

/** Class 08 (connection), 57P (the server stops or starts), 25006 (it takes no writes) and 53300 (all come back at once) of SQLSTATE, and what the drivers and the system say. */
export function isConnectionTrouble(error: unknown): boolean {
  return codesOf(error).some((code) => /^(08|57P0|25006|53300)|^CONNECTION_|^CONNECT_TIMEOUT$|^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)$/.test(code))
}

/** Its own, and that of what it was made of. */
const codesOf = (error: unknown): string[] =>
  [error, (error as { cause?: unknown } | null)?.cause].map((one) => String((one as { code?: unknown } | null | undefined)?.code ?? '')).filter((code) => code !== '')

/** Resolves with null once the signal is aborted: the other side of a race with something that may take long. */
export const whenAborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => (signal.aborted ? resolve(null) : signal.addEventListener('abort', () => resolve(null), { once: true })))

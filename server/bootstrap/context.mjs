// What every step of one start shares: the settings, where to log, how to show progress, and
// the signal that ends all work as soon as one step fails or a person presses Ctrl-C.
import { join } from 'node:path'
import { createProgress } from './progress.mjs'
import { readSettings } from './settings.mjs'
import { Stopped } from './setup-error.mjs'

export function createContext({ folders, env = readSettings() }) {
  const abort = new AbortController()
  let firstError
  const ctx = {
    env,
    folders,
    progress: createProgress(),
    signal: abort.signal,
    logFile: (name) => join(folders.logs, `setup-${name}.log`),
    stop: () => abort.abort(),
    /** The error that began it all; those that follow from it are only `Stopped`. */
    firstError: () => firstError,
    /** Passes a promise on; its failure ends all other work. */
    guard(promise) {
      const guarded = promise.catch((error) => {
        if (!(error instanceof Stopped)) firstError ??= error
        abort.abort()
        throw error
      })
      guarded.catch(() => {})
      return guarded
    },
  }
  return ctx
}

// What every step of one command shares: the settings, where to log, how to show progress, and
// the signal that ends all work as soon as one step fails or a person presses Ctrl-C.
import { join } from 'node:path'
import { createLog } from './log.mjs'
import { createProgress } from './progress.mjs'
import { readSettings } from './settings.mjs'
import { Stopped } from './setup-error.mjs'

/** `name` is the command's, and its log's: start, test … */
export function createContext({ name, folders, env = readSettings() }) {
  const abort = new AbortController()
  let firstError
  const log = createLog(folders, name, env)
  const progress = createProgress(log)
  const ctx = {
    env,
    folders,
    log,
    progress,
    /** What happens by itself while all runs: for the person and for the log. */
    tell(line) {
      progress.say(line)
      log.warn({}, line)
    },
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

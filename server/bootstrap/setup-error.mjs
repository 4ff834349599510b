// A problem that a person can act on: shown as its sentence, without a stack.
// Stopped: the work was ended from outside (Ctrl-C, or another step failed); never shown.
export class SetupError extends Error {
  name = 'SetupError'
}

export class Stopped extends Error {
  name = 'Stopped'
}

const REFUSALS = { EACCES: 'this user may not write there', EPERM: 'it belongs to another user', EROFS: 'it is read-only', ENOTDIR: 'a part of this path is a file' }

/** Does what needs a folder; when the system does not let us, says so with the setting that names another. */
export function usingFolder(folder, setting, work) {
  try {
    return work()
  } catch (error) {
    if (!(error.code in REFUSALS)) throw error
    throw new SetupError(`The folder ${folder} cannot be used: ${REFUSALS[error.code]}. Make it this user's, or choose another with ${setting}=….`)
  }
}

/** For what fails before there is a log. */
export function endWith(error) {
  console.error(error instanceof SetupError ? error.message : error)
  process.exit(1)
}

/** What a person reads about a failure; a failed step names the log that has every step. */
export function explainFailure(error, log) {
  const said = error instanceof SetupError ? error.message : error.stack
  return error.step ? `${said}\n  (every step: ${log.file})` : said
}

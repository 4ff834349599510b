// A problem that a person can act on: shown as its sentence, without a stack.
// Stopped: the work was ended from outside (Ctrl-C, or another step failed); never shown.
export class SetupError extends Error {
  name = 'SetupError'
}

export class Stopped extends Error {
  name = 'Stopped'
}

/** What a person reads about a failure; a failed step names the log that has every step. */
export function explainFailure(error, log) {
  const said = error instanceof SetupError ? error.message : error.stack
  return error.step ? `${said}\n  (every step: ${log.file})` : said
}

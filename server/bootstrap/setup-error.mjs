// A problem that a person can act on: shown as its sentence, without a stack.
// Stopped: the work was ended from outside (Ctrl-C, or another step failed); never shown.
export class SetupError extends Error {
  name = 'SetupError'
}

export class Stopped extends Error {
  name = 'Stopped'
}

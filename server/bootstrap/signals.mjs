// Ctrl-C, SIGTERM and a closed terminal end everything in order; a second Ctrl-C ends it at once.
// npm passes the terminal's Ctrl-C on, so one key press arrives twice: the second only counts
// after a second.
const samePressMs = 1000

export function onStopSignals(stop, force) {
  let firstAt
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (firstAt === undefined) {
        firstAt = Date.now()
        stop(signal)
      } else if (Date.now() - firstAt > samePressMs) force()
    })
  }
  // A closed terminal: what is still printed must not end us before the services are stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

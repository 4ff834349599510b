// Mends the Postgres driver (postgres 3.4.9) after `npm ci`; run by npm itself as "postinstall", in words any Node 18 knows.
// When a connection breaks, that version lets a dead transaction's statements and its COMMIT run inside another one
// (porsager/postgres #1216), never settles what waited (#1186), throws where nobody can catch it (#1208), and hands the
// old connection's error to the next query; a BEGIN at the pipeline's limit goes unreserved (#1189). No release has the
// mends yet. Each is the driver's text and what stands there instead; a text that is not found fails the install, so a
// new version cannot silently go unmended. tests/integration/store/driver.test.ts shows every one.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../node_modules/postgres/src/', import.meta.url))

const MENDS = {
  'connection.js': [
    // A connection whose socket is gone takes no query.
    [
      `      return queryError(q, Errors.connection('CONNECTION_DESTROYED', options))

    if (stream)`,
      `      return queryError(q, Errors.connection('CONNECTION_DESTROYED', options))

    if (!socket)
      return queryError(q, Errors.connection('CONNECTION_CLOSED', options))

    if (stream)`,
    ],
    // Whoever reserves the connection with a query hears of it, also when the pipeline is full.
    [
      `      return write(toBuffer(q))
        && !q.describeFirst
        && !q.cursorFn
        && sent.length < max_pipeline
        && (!q.options.onexecute || q.options.onexecute(connection))`,
      `      const ready = write(toBuffer(q))
        && !q.describeFirst
        && !q.cursorFn
        && sent.length < max_pipeline
      return q.options.onexecute ? q.options.onexecute(connection) && ready : ready`,
    ],
    // What came between 'error' and 'close' is refused too, and nothing of this life reaches the next one.
    [
      `    socket = null

    if (initial)
      return reconnect()

    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))`,
      `    socket = null
    chunk = nextWriteTimer = null

    if (initial)
      return reconnect()

    ;(query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
    query = results = errorResponse = null
    result = new Result()
    rows = 0`,
    ],
    // The query that waits for a new connection is refused when that breaks; nobody waits for the driver's own before it.
    [
      `        return fetchArrayTypes()
`,
      `        return fetchArrayTypes().catch(() => {})
`,
    ],
  ],
  'index.js': [
    // A transaction whose connection closed refuses all that it had queued and all that it still asks.
    [
      `      , connection
      , prepare = null

    try {`,
      `      , connection
      , prepare = null
      , lost = null

    try {`,
    ],
    [
      `new Promise((_, reject) => connection.onclose = reject)`,
      `new Promise((_, reject) => connection.onclose = e => {
          lost = e
          while (queries.length)
            queries.shift().reject(e)
          reject(e)
        })`,
    ],
    [
      `        q.catch(e => uncaughtError || (uncaughtError = e))
        c.queue === full`,
      `        q.catch(e => uncaughtError || (uncaughtError = e))
        if (lost)
          return q.reject(lost)
        c.queue === full`,
    ],
  ],
}

function mended(file, text, [there, instead]) {
  if (text.includes(instead)) return text
  const parts = text.split(there)
  if (parts.length !== 2) throw new Error(`node_modules/postgres/src/${file} is not the version that server/bootstrap/mend-driver.mjs mends: look whether the new one still needs it.`)
  return parts.join(instead)
}

/** Whether the installed driver has every mend; false too when it is not installed. */
export function isDriverMended() {
  try {
    return Object.entries(MENDS).every(([file, mends]) => mends.every(([, instead]) => readFileSync(FOLDER + file, 'utf8').includes(instead)))
  } catch {
    return false
  }
}

export function mendDriver() {
  for (const [file, mends] of Object.entries(MENDS)) {
    const text = readFileSync(FOLDER + file, 'utf8')
    writeFileSync(FOLDER + file, mends.reduce((now, mend) => mended(file, now, mend), text))
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) mendDriver()

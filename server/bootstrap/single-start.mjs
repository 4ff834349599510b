// One command per data folder: two would fight over its Postgres. The record is a live process
// (pid and start time), so a start that was killed leaves no lock behind.
import { join } from 'node:path'
import { readLiveRecord, removeRecord, writeRecord } from './processes.mjs'
import { SetupError } from './setup-error.mjs'

const start = 'npm start'
const recordIn = (folders) => join(folders.run, 'start.json')

export function claimDataFolder(folders, command = start) {
  const other = readLiveRecord(recordIn(folders))
  if (other && other.pid !== process.pid) {
    if (other.command && other.command !== start) throw new SetupError(`${other.command} works on ${folders.root} (process ${other.pid}): wait until it has ended, then run this again.`)
    throw new SetupError(`DataHarbour already runs on ${folders.root} (process ${other.pid}): stop that one first, or set DATAHARBOUR_DATA to another folder.`)
  }
  writeRecord(recordIn(folders), process.pid, { command })
  return () => removeRecord(recordIn(folders))
}

/** The DataHarbour whose stores are in use: a running `npm start`, or the web server or worker that a killed one left. */
export function findOwner(folders) {
  const [holder, ...left] = ['start', 'web', 'worker'].map((name) => readLiveRecord(join(folders.run, `${name}.json`)))
  if (holder?.command && holder.command !== start) return undefined
  return holder ?? left.find(Boolean)
}

// One start per data folder: two would fight over its Postgres. The record is a live process
// (pid and start time), so a start that was killed leaves no lock behind.
import { join } from 'node:path'
import { readLiveRecord, removeRecord, writeRecord } from './processes.mjs'
import { SetupError } from './setup-error.mjs'

export function claimDataFolder(folders) {
  const path = join(folders.run, 'start.json')
  const other = readLiveRecord(path)
  if (other && other.pid !== process.pid) {
    throw new SetupError(`DataHarbour already runs on ${folders.root} (process ${other.pid}): stop that one first, or set DATAHARBOUR_DATA to another folder.`)
  }
  writeRecord(path, process.pid)
  return () => removeRecord(path)
}

// Makes the data folder and rotates its logs.
// Mode 0711 as root: Postgres then runs as another user and must be able to pass through
// (nothing can be listed, and secrets.json is 0600). A normal user gets 0700.
import { chmodSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { usingFolder } from './setup-error.mjs'
import { dataFolders } from './where.mjs'

const logsKept = 3

export function makeDataFolder(root) {
  const folders = dataFolders(root)
  return usingFolder(root, 'DATAHARBOUR_DATA', () => {
    for (const folder of [folders.root, folders.run, folders.logs]) mkdirSync(folder, { recursive: true })
    chmodSync(folders.root, process.getuid?.() === 0 ? 0o711 : 0o700)
    return folders
  })
}

/** Opens a fresh log file for a child, keeping the former ones as name.1.log, name.2.log … */
export function openLog(folders, name) {
  const at = (n) => join(folders.logs, n === 0 ? `${name}.log` : `${name}.${n}.log`)
  for (let n = logsKept - 1; n >= 0; n--) if (existsSync(at(n))) renameSync(at(n), at(n + 1))
  return openSync(at(0), 'a', 0o600)
}

/**
 * Where kernels' sockets and connection files are: `<data>/run/k`, closed to other users. A socket's path has at most
 * 107 bytes (less on macOS), so below a deep data folder a short place in the temporary folder is taken instead.
 */
import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

const PATH_MAX = 100
const LONGEST_NAME = 'xxxxxxxx-5'

export function socketFolder(dataDir: string): string {
  const wanted = join(dataDir, 'run', 'k')
  const folder = Buffer.byteLength(join(wanted, LONGEST_NAME)) <= PATH_MAX ? wanted : join(tmpdir(), `dh-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stat = lstatSync(folder)
  const { uid } = userInfo()
  // In the shared temporary folder somebody else may have been first.
  if (!stat.isDirectory() || (uid >= 0 && stat.uid !== uid)) throw new Error(`${folder} belongs to another user. Choose another data folder with DATAHARBOUR_DATA=….`)
  chmodSync(folder, 0o700)
  return folder
}

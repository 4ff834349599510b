/** The Sparks that work for one data folder, as the machine itself tells: by the folder they work in, whatever any row says. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export function sparksOf(dataDir: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${dataDir}/compute/`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('SparkConnectServer') && leadsItsSession(pid)
    } catch {
      return false
    }
  })
}

/** Looks all the time until `stop`, which tells the most that were there at once. */
export function watchSparks(dataDir: string): { stop: () => number } {
  let most = 0
  const timer = setInterval(() => (most = Math.max(most, sparksOf(dataDir).length)), 50)
  return { stop: () => (clearInterval(timer), most) }
}

/** What it starts on its way has its arguments too. */
function leadsItsSession(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3] === String(pid)
}

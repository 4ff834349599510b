/**
 * Web processes behind one address: which of them is a notebook's home. All sockets of a notebook are led to one process,
 * so that its people hear each other without a detour. By rendezvous hashing: each process gives a notebook a number, the
 * highest wins; when a process comes or goes, only its own notebooks move.
 */

/** Null when nobody is there. */
export function homeOf(notebookId: string, processes: readonly number[]): number | null {
  let home: number | null = null
  let highest = -1
  for (const process of processes) {
    const weight = hash(`${notebookId} ${process}`)
    if (weight <= highest) continue
    home = process
    highest = weight
  }
  return home
}

/** FNV-1a with the finish of MurmurHash3: neighbours in the last letter come far apart. 32 bits, without a sign. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

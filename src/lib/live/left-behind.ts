/**
 * Left behind: this person's copies of this notebook in this browser that belong to another history of it. Its edits can never be
 * merged, and whoever closed the tab before they were saved would not hear of them again: they are found when the
 * notebook is opened the next time, and kept until the person has decided. A copy with nothing unsaved is dropped.
 * The same is found for whoever may only read by now: no room opens their copy, so nothing else would tell of it. And what
 * a person wrote in cells that an owner locked meanwhile is put beside their copy (set-aside.ts), to be found in this way.
 */
import { readWritten } from '#lib/document/read-written.ts'
import type { Cell } from '#lib/domain/cell.ts'
import type { CellId } from '#lib/domain/ids.ts'
import * as Y from 'yjs'
import { copyName, copyPrefix, fillCopy, forgetLocalCopy, keepLocalCopy, type CopyOf } from './local-copy.ts'
import { cellsNoted, readNotes } from './unsaved-note.ts'

const ASIDE = '-aside-'

export interface LeftBehind {
  /** As they were written. */
  cells: Cell[]
  forget: () => Promise<void>
}

export async function findLeftBehind(of: CopyOf, epoch: number): Promise<LeftBehind> {
  // A later one is of a tab that knows more than this page.
  const found = await Promise.all((await keptEpochs(of)).filter((other) => Number(other) < epoch).map((other) => readCopy(of, other)))
  const kept = found.filter(({ cells }) => cells.length > 0)
  await forgetAll(found.filter((one) => !kept.includes(one)))
  return joined(kept)
}

/** Of any history. */
export async function findAside(of: CopyOf): Promise<LeftBehind> {
  return joined(await Promise.all((await keptEpochs(of)).filter((other) => other.includes(ASIDE)).map((other) => readCopy(of, other))))
}

/**
 * Keeps a document as somebody wrote it for the words in `cells`, by itself: in one that was set aside later, the pieces with
 * the words of this one are empty (document/leave-locked.ts), and joined they would be deleted. Rejects where there is no room.
 */
export const keepAside = (of: CopyOf, epoch: number, doc: Y.Doc, cells: readonly CellId[]): Promise<void> =>
  fillCopy(copyName(of, `${epoch}${ASIDE}${doc.clientID}`), Y.encodeStateAsUpdate(doc), cells)

/** The copy of the notebook as it is: its room's as soon as the person may write again, and then not to be forgotten. */
export async function findUnsent(of: CopyOf, epoch: number): Promise<LeftBehind | null> {
  return (await keptEpochs(of)).includes(String(epoch)) ? readCopy(of, String(epoch)) : null
}

/** The same words are there twice where a page was left between setting aside and going on. */
function joined(all: readonly LeftBehind[]): LeftBehind {
  const cells = all.flatMap((one) => one.cells)
  return { cells: cells.filter(({ id, source }, at) => cells.findIndex((other) => other.id === id && other.source === source) === at), forget: () => forgetAll(all) }
}
const forgetAll = async (all: readonly LeftBehind[]): Promise<void> => void (await Promise.all(all.map(({ forget }) => forget())))

/** As they end the names of the copies: numbers, and those of what is aside. */
async function keptEpochs(of: CopyOf): Promise<string[]> {
  if (typeof indexedDB === 'undefined' || indexedDB.databases === undefined) return []
  const prefix = copyPrefix(of)
  const names = (await indexedDB.databases()).flatMap(({ name }) => (name?.startsWith(prefix) === true ? [name.slice(prefix.length)] : []))
  return names.filter((name) => /^\d+(-aside-\d+)?$/.test(name))
}

async function readCopy(of: CopyOf, epoch: string): Promise<LeftBehind> {
  const doc = new Y.Doc()
  const copy = keepLocalCopy(doc, of, epoch)
  if (copy === null) return { cells: [], forget: async () => {} }
  await copy.whenSynced
  const cells = readWritten(doc, new Set(cellsNoted(await readNotes(copy))))
  await copy.destroy()
  doc.destroy()
  return { cells, forget: () => forgetLocalCopy(copy) }
}

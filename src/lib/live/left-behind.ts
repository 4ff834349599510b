/**
 * Left behind: this person's copies of this notebook in this browser that belong to another history of it. Its edits can never be
 * merged, and whoever closed the tab before they were saved would not hear of them again: they are found when the
 * notebook is opened the next time, and kept until the person has decided. A copy with nothing unsaved is dropped.
 * The same is found for whoever may only read by now: no room opens their copy, so nothing else would tell of it.
 */
import { readWritten } from '#lib/document/read-written.ts'
import type { Cell } from '#lib/domain/cell.ts'
import * as Y from 'yjs'
import { copyPrefix, forgetLocalCopy, keepLocalCopy, readUnsaved, type CopyOf } from './local-copy.ts'

export interface LeftBehind {
  /** As they were written. */
  cells: Cell[]
  forget: () => Promise<void>
}

export async function findLeftBehind(of: CopyOf, epoch: number): Promise<LeftBehind> {
  // A later one is of a tab that knows more than this page.
  const found = await Promise.all((await keptEpochs(of)).filter((other) => other < epoch).map((other) => readCopy(of, other)))
  const kept = found.filter(({ cells }) => cells.length > 0)
  await forgetAll(found.filter((one) => !kept.includes(one)))
  return { cells: kept.flatMap(({ cells }) => cells), forget: () => forgetAll(kept) }
}

/** The copy of the notebook as it is: its room's as soon as the person may write again, and then not to be forgotten. */
export async function findUnsent(of: CopyOf, epoch: number): Promise<LeftBehind | null> {
  return (await keptEpochs(of)).includes(epoch) ? readCopy(of, epoch) : null
}

const forgetAll = async (all: readonly LeftBehind[]): Promise<void> => void (await Promise.all(all.map(({ forget }) => forget())))

async function keptEpochs(of: CopyOf): Promise<number[]> {
  if (typeof indexedDB === 'undefined' || indexedDB.databases === undefined) return []
  const prefix = copyPrefix(of)
  const names = (await indexedDB.databases()).flatMap(({ name }) => (name?.startsWith(prefix) === true ? [name.slice(prefix.length)] : []))
  return names.map(Number).filter(Number.isInteger)
}

async function readCopy(of: CopyOf, epoch: number): Promise<LeftBehind> {
  const doc = new Y.Doc()
  const copy = keepLocalCopy(doc, of, epoch)
  if (copy === null) return { cells: [], forget: async () => {} }
  await copy.whenSynced
  const cells = readWritten(doc, new Set(await readUnsaved(copy)))
  await copy.destroy()
  doc.destroy()
  return { cells, forget: () => forgetLocalCopy(copy) }
}

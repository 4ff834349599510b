/**
 * Left behind: this person's copies of this notebook in this browser that belong to another history of it. Its edits can never be
 * merged, and whoever closed the tab before they were saved would not hear of them again: they are found when the
 * notebook is opened the next time, and kept until the person has decided. A copy with nothing unsaved is dropped.
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
  const found = await Promise.all((await earlierEpochs(of, epoch)).map((other) => readCopy(of, other)))
  return { cells: found.flatMap(({ cells }) => cells), forget: async () => void (await Promise.all(found.map(({ forget }) => forget()))) }
}

/** A later one is of a tab that knows more than this page. */
async function earlierEpochs(of: CopyOf, epoch: number): Promise<number[]> {
  if (typeof indexedDB === 'undefined' || indexedDB.databases === undefined) return []
  const prefix = copyPrefix(of)
  const names = (await indexedDB.databases()).flatMap(({ name }) => (name?.startsWith(prefix) === true ? [name.slice(prefix.length)] : []))
  return names.map(Number).filter((other) => Number.isInteger(other) && other < epoch)
}

async function readCopy(of: CopyOf, epoch: number): Promise<LeftBehind> {
  const doc = new Y.Doc()
  const copy = keepLocalCopy(doc, of, epoch)
  if (copy === null) return { cells: [], forget: async () => {} }
  await copy.whenSynced
  const cells = readWritten(doc, new Set(await readUnsaved(copy)))
  const forget = () => forgetLocalCopy(copy)
  if (cells.length === 0) await forget()
  else await copy.destroy()
  doc.destroy()
  return { cells, forget: cells.length === 0 ? async () => {} : forget }
}

/**
 * The Reader of a web process: DuckDB in processes of its own, asked over IPC. Limits: 10 s and 120 MB for all questions
 * together; what needs more is asked again, one question at a time, of a second process that has 600 MB and ends after a
 * rest; files are written and tables compared by a third, two at a time, in ten minutes at most.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { accept, refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { CoreDeps } from '../deps.ts'
import type { WrittenComparison } from './compare-tables.ts'
import type { Answer, Question } from './messages.ts'
import type { Reader, ReaderRefusal } from './reader.ts'
import { createRestingProcess } from './resting-process.ts'
import { startReaderProcess, type ReaderProcess, type ReaderProcessOptions } from './reader-process.ts'
import { sweepSpillFolders } from './spill-folder.ts'
import { openFolder, takeFile } from './take-file.ts'
import type { WrittenFile } from './write-file.ts'

type Limits = Pick<ReaderProcessOptions, 'timeLimitMs' | 'storeCheckAfterMs' | 'openWithinMs' | 'graceMs' | 'atOnce' | 'waiting' | 'retireAtMb'> & { tablesKept: number; memoryLimit: string }

export const READER_LIMITS: Limits = {
  timeLimitMs: 10_000, storeCheckAfterMs: 1_500, openWithinMs: 30_000, graceMs: 2_000, atOnce: 4, waiting: 200, tablesKept: 60, memoryLimit: '120MB', retireAtMb: 450,
}

type RestingLimits = Limits & { restMs: number }

export const WIDE_LIMITS: RestingLimits = { ...READER_LIMITS, atOnce: 1, waiting: 20, tablesKept: 4, memoryLimit: '600MB', retireAtMb: 1200, restMs: 30_000 }

export const FILE_LIMITS: RestingLimits = { ...READER_LIMITS, timeLimitMs: 600_000, atOnce: 2, waiting: 20, tablesKept: 4, memoryLimit: '300MB', retireAtMb: 900, restMs: 60_000 }

type Asks = Pick<ReaderProcess, 'ask'>

const OUT_OF_MEMORY = /out of memory|could not allocate/i

export function createReader(core: Pick<CoreDeps, 'config' | 'log' | 'objects'>, limits: Limits = READER_LIMITS, fileLimits = FILE_LIMITS, wideLimits = WIDE_LIMITS): Reader & Pick<ReaderProcess, 'pid'> {
  const { endpoint, accessKey, secretKey, region, bucket } = core.config.s3
  const spillDir = join(core.config.dataDir, 'run', 'reader')
  const filesDir = join(spillDir, 'files')
  const optionsOf = <L extends Limits>(own: L) => ({
    ...own,
    log: core.log.child({ part: 'reader' }),
    checkStore: () => core.objects.check(),
    settings: { extensionsDir: core.config.duckdbExtensionsDir, s3: { endpoint, accessKey, secretKey, region, bucket }, memoryLimit: own.memoryLimit, threads: 2, spillDir, filesDir, tablesKept: own.tablesKept },
  })
  mkdirSync(spillDir, { recursive: true })
  sweepSpillFolders(spillDir)
  const process = startReaderProcess(optionsOf(limits))
  const wide = createRestingProcess(optionsOf(wideLimits))
  const files = createRestingProcess(optionsOf(fileLimits))
  const orWide = (first: Asks): Asks => ({
    async ask(question, signal) {
      const answer = await first.ask(question, signal)
      return answer.ok || !OUT_OF_MEMORY.test(answer.detail ?? '') ? answer : wide.ask(question, signal)
    },
  })
  const pages = orWide(process)
  return {
    page: (table, request, signal) => outcome(pages, { kind: 'page', table, request }, signal),
    chart: (table, encoding, signal) => outcome(pages, { kind: 'chart', table, encoding }, signal),
    find: (table, request, signal) => outcome(pages, { kind: 'find', table, request }, signal),
    summaries: (table, columns, signal) => outcome(pages, { kind: 'summaries', table, columns }, signal),
    sameRows: (before, after, signal) => outcome(orWide(files), { kind: 'same-rows', before, after }, signal),
    async file(table, request, signal) {
      await openFolder(filesDir, Date.now())
      const path = join(filesDir, randomUUID())
      const written = await outcome<WrittenFile>(files, { kind: 'file', table, request, path }, signal)
      if (written.ok && signal?.aborted !== true) return accept({ body: await takeFile(path), bytes: written.value.bytes })
      await rm(path, { force: true })
      return written.ok ? refuse('cancelled', 'Nobody waited for this file any more.') : written
    },
    async compare(request, signal) {
      await openFolder(filesDir, Date.now())
      const path = join(filesDir, randomUUID())
      const compared = await outcome<WrittenComparison>(files, { kind: 'compare', request, path }, signal)
      if (compared.ok && signal?.aborted !== true) return accept({ ...compared.value, body: await takeFile(path) })
      await rm(path, { force: true })
      return compared.ok ? refuse('cancelled', 'Nobody waited for this comparison any more.') : compared
    },
    state: (log) => outcome(pages, { kind: 'state', log }),
    commits: (log) => outcome(pages, { kind: 'commits', log }),
    fileHead: (file) => outcome(pages, { kind: 'file-head', file }),
    source: (source) => outcome(pages, { kind: 'source', source }),
    async check() {
      const answer = await process.ask({ kind: 'ping' })
      if (!answer.ok) throw new Error(answer.message)
    },
    close: async () => void (await Promise.all([process.close(), wide.close(), files.close()])),
    pid: () => process.pid(),
  }
}

/** The child answers a question of one kind with a value of that kind. */
async function outcome<T>(process: Asks, question: Question, signal?: AbortSignal): Promise<Outcome<T, ReaderRefusal>> {
  const answer: Answer = await process.ask(question, signal)
  return answer.ok ? { ok: true, value: answer.value as T } : refuse(answer.reason, answer.message)
}

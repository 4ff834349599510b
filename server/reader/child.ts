/**
 * The reader process: DuckDB is native code, so a crash or a hang of it ends this process and not the web server.
 * It lives as long as its parent's IPC channel and knows nothing but what it is told through it.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { accept } from '#lib/domain/outcome.ts'
import { readChart } from './answer-chart.ts'
import { readFound, readPage, readSummaries } from './answer-question.ts'
import { compareTables } from './compare-tables.ts'
import { createAttachedTables, type AttachedTables } from './attached-tables.ts'
import { createCompactedLogs, type CompactedLogs } from './compacted-logs.ts'
import { readCommits, readState } from './delta-log.ts'
import { openEngine, type Engine } from './engine.ts'
import { explainFailure } from './explain-failure.ts'
import { readFileHead } from './file-head.ts'
import { lookAtSource } from './look-at-source.ts'
import type { Answer, FromChild, Question, ToChild } from './messages.ts'
import { readSameRows } from './same-rows-query.ts'
import { createSignedRequests, type SignedRequests } from './signed-requests.ts'
import { writeFile } from './write-file.ts'

interface Opened {
  engine: Engine
  tables: AttachedTables
  logs: CompactedLogs
  store: SignedRequests
  bucket: string
}

interface Running {
  connection: DuckDBConnection
  isStopped: boolean
}

/** So many objects of one question may have been written over. */
const CHANGED_MAX = 300

const running = new Map<number, Running>()
let opened: Promise<Opened> | null = null

const say = (message: FromChild): void => void process.send?.(message)

process.on('disconnect', () => process.exit(0))
// A Ctrl-C of the terminal reaches the whole group; the parent decides when the reader ends.
process.on('SIGINT', () => {})
process.on('message', (message: ToChild) => {
  if (message.kind === 'interrupt') stop(message.id)
  else if (message.kind === 'ask') void answer(message.id, message.question)
  else {
    opened = open(message.settings)
    // The parent was told; it ends this process.
    opened.catch(() => {})
  }
})

function stop(id: number): void {
  const asked = running.get(id)
  if (asked === undefined) return
  asked.isStopped = true
  asked.connection.interrupt()
}

async function open(settings: Extract<ToChild, { kind: 'open' }>['settings']): Promise<Opened> {
  try {
    const engine = await openEngine(settings)
    say({ kind: 'opened' })
    const { bucket } = settings.s3
    const store = createSignedRequests(settings.s3)
    const logs = createCompactedLogs(store, bucket, (detail) => say({ kind: 'warned', detail }))
    return { engine, bucket, store, logs, tables: createAttachedTables(bucket, settings.tablesKept, logs) }
  } catch (error) {
    say({ kind: 'failed', detail: textOf(error) })
    throw error
  }
}

async function answer(id: number, question: Question): Promise<void> {
  say({ kind: 'answer', id, answer: await decide(id, question) })
}

async function decide(id: number, question: Question): Promise<Answer> {
  try {
    if (opened === null) throw new Error('The reader was not opened.')
    const { engine, tables, logs, store, bucket } = await opened
    const connection = await engine.connect()
    const asked: Running = { connection, isStopped: false }
    running.set(id, asked)
    try {
      if (question.kind === 'page') return await readPage(connection, tables, question.table, question.request)
      if (question.kind === 'chart') return await readChart(connection, tables, question.table, question.encoding)
      if (question.kind === 'find') return await readFound(connection, tables, question.table, question.request)
      if (question.kind === 'summaries') return await readSummaries(connection, tables, question.table, question.columns)
      if (question.kind === 'same-rows') return accept(await readSameRows(connection, tables, question.before, question.after))
      if (question.kind === 'file') return await writeFile(connection, tables, question.table, question.request, question.path, () => asked.isStopped)
      if (question.kind === 'compare') return accept(await compareTables(connection, tables, question.request, question.path, () => asked.isStopped))
      if (question.kind === 'state') return accept(await asItIsNow(() => readState(connection, store, bucket, question.log, logs)))
      if (question.kind === 'commits') return accept(await asItIsNow(() => readCommits(connection, store, bucket, question.log)))
      if (question.kind === 'file-head') return accept(await asItIsNow(() => readFileHead(connection, bucket, question.file)))
      if (question.kind === 'source') return accept(await asItIsNow(() => lookAtSource(connection, bucket, question.source)))
      await connection.run('SELECT 1')
      return { ok: true, value: null }
    } finally {
      running.delete(id)
      connection.disconnectSync()
    }
  } catch (error) {
    return { ...explainFailure(textOf(error), question.kind), detail: textOf(error) }
  }
}

/** The engine remembers of each object what it was like; of one that was written over since, it says so once and then looks anew. */
async function asItIsNow<T>(read: () => Promise<T>): Promise<T> {
  for (let left = CHANGED_MAX; ; left -= 1) {
    try {
      return await read()
    } catch (error) {
      if (left === 0 || !/ETag on reading file/.test(textOf(error))) throw error
    }
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 2000)

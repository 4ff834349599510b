/** The Reader of a web process: DuckDB in a process of its own, asked over IPC. Limits: 10 s and 300 MB for all questions together. */
import { join } from 'node:path'
import { refuse, type Outcome } from '#lib/domain/outcome.ts'
import type { CoreDeps } from '../deps.ts'
import type { Answer, Question } from './messages.ts'
import type { Reader, ReaderRefusal } from './reader.ts'
import { startReaderProcess, type ReaderProcess, type ReaderProcessOptions } from './reader-process.ts'

type Limits = Pick<ReaderProcessOptions, 'timeLimitMs' | 'storeCheckAfterMs' | 'openWithinMs' | 'graceMs' | 'atOnce' | 'waiting'> & { tablesKept: number; memoryLimit: string }

export const READER_LIMITS: Limits = {
  timeLimitMs: 10_000, storeCheckAfterMs: 1_500, openWithinMs: 30_000, graceMs: 2_000, atOnce: 4, waiting: 200, tablesKept: 40, memoryLimit: '300MB',
}

export function createReader(core: Pick<CoreDeps, 'config' | 'log' | 'objects'>, limits: Limits = READER_LIMITS): Reader & Pick<ReaderProcess, 'pid'> {
  const { endpoint, accessKey, secretKey, region, bucket } = core.config.s3
  const process = startReaderProcess({
    ...limits,
    log: core.log.child({ part: 'reader' }),
    checkStore: () => core.objects.check(),
    settings: {
      extensionsDir: core.config.duckdbExtensionsDir,
      s3: { endpoint, accessKey, secretKey, region, bucket },
      memoryLimit: limits.memoryLimit,
      threads: 2,
      spillDir: join(core.config.dataDir, 'run', 'reader'),
      tablesKept: limits.tablesKept,
    },
  })
  return {
    page: (table, request) => outcome(process, { kind: 'page', table, request }),
    chart: (table, encoding) => outcome(process, { kind: 'chart', table, encoding }),
    state: (log) => outcome(process, { kind: 'state', log }),
    commits: (log) => outcome(process, { kind: 'commits', log }),
    fileHead: (file) => outcome(process, { kind: 'file-head', file }),
    async check() {
      const answer = await process.ask({ kind: 'ping' })
      if (!answer.ok) throw new Error(answer.message)
    },
    close: () => process.close(),
    pid: () => process.pid(),
  }
}

/** The child answers a question of one kind with a value of that kind. */
async function outcome<T>(process: ReaderProcess, question: Question): Promise<Outcome<T, ReaderRefusal>> {
  const answer: Answer = await process.ask(question)
  return answer.ok ? { ok: true, value: answer.value as T } : refuse(answer.reason, answer.message)
}

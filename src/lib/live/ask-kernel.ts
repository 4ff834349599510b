/**
 * Questions of one notebook page to its kernel, for the editors. The catalog is kept while nothing has run since; one
 * that is still being read is asked for again when it is next wanted. A kernel that has not opened Spark knows no tables, and
 * Spark is not started for a question: then the workspace's own list of tables answers.
 */
import type { Catalog, Completions, Inspection } from '#lib/domain/kernel-question.ts'
import { callUrl, type Method } from './api.ts'

/** Somebody else may make a table meanwhile. */
const TABLES_KEPT_MS = 30_000

interface Answered<T> { kernel: string; answer: T | null }

export class KernelQuestions {
  readonly #base: string
  /** Changes when something has run. */
  readonly #mark: () => unknown
  readonly #readTables: () => Promise<Catalog | null>
  #catalog: { value: Catalog; mark: unknown } | null = null
  #tables: { read: Promise<Catalog | null>; mark: unknown; at: number } | null = null

  constructor(notebookId: string, options: { mark: () => unknown; readTables: () => Promise<Catalog | null> }) {
    this.#base = `/api/v1/notebooks/${notebookId}`
    this.#mark = options.mark
    this.#readTables = options.readTables
  }

  complete = (code: string, cursor: number, signal: AbortSignal): Promise<Completions | null> => this.#ask('POST', 'complete', signal, { code, cursor })
  inspect = (code: string, cursor: number, signal: AbortSignal): Promise<Inspection | null> => this.#ask('POST', 'inspect', signal, { code, cursor })

  catalog = async (signal: AbortSignal): Promise<Catalog | null> => {
    const mark = this.#mark()
    if (this.#catalog !== null && this.#catalog.mark === mark && this.#catalog.value.isComplete) return this.#catalog.value
    const answered = await this.#askKernel<Catalog>('GET', 'catalog', signal)
    const value = answered?.answer ?? null
    if (value !== null && value.tables.length > 0) {
      this.#catalog = { value, mark }
      return value
    }
    // Nothing is open in it, or there is none: what an earlier kernel knew is gone.
    if (value?.isComplete === true || answered?.kernel === 'stopped' || answered?.kernel === 'dead') this.#catalog = null
    // A busy kernel says nothing; what it said before is better.
    const known = this.#catalog?.value ?? (await this.#workspaceTables(mark))
    return known === null || value === null ? known : { ...known, isComplete: value.isComplete }
  }

  /** Not ended with the question: it may take longer than the next letter, which asks for the same. */
  #workspaceTables(mark: unknown): Promise<Catalog | null> {
    const kept = this.#tables
    if (kept !== null && kept.mark === mark && performance.now() - kept.at < TABLES_KEPT_MS) return kept.read
    const read = this.#readTables()
    this.#tables = { read, mark, at: performance.now() }
    const forget = (): void => {
      if (this.#tables?.read === read) this.#tables = null
    }
    read.then((value) => value === null && forget(), forget)
    return read
  }

  async #ask<T>(method: Method, what: string, signal: AbortSignal, body?: unknown): Promise<T | null> {
    return (await this.#askKernel<T>(method, what, signal, body))?.answer ?? null
  }

  async #askKernel<T>(method: Method, what: string, signal: AbortSignal, body?: unknown): Promise<Answered<T> | null> {
    const answered = await callUrl<Answered<T>>(method, `${this.#base}/${what}`, body, signal)
    return answered.ok ? answered.value : null
  }
}

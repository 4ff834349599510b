/**
 * Questions of one notebook page to its kernel, for the editors. The catalog is kept while nothing has run since; one
 * that is still being read is asked for again when it is next wanted.
 */
import type { Catalog, Completions, Inspection } from '#lib/domain/kernel-question.ts'
import { callUrl, type Method } from './api.ts'

interface Answered<T> { kernel: string; answer: T | null }

export class KernelQuestions {
  readonly #base: string
  /** Changes when something has run. */
  readonly #mark: () => unknown
  #catalog: { value: Catalog; mark: unknown } | null = null

  constructor(notebookId: string, mark: () => unknown) {
    this.#base = `/api/v1/notebooks/${notebookId}`
    this.#mark = mark
  }

  complete = (code: string, cursor: number, signal: AbortSignal): Promise<Completions | null> => this.#ask('POST', 'complete', signal, { code, cursor })
  inspect = (code: string, cursor: number, signal: AbortSignal): Promise<Inspection | null> => this.#ask('POST', 'inspect', signal, { code, cursor })

  catalog = async (signal: AbortSignal): Promise<Catalog | null> => {
    const mark = this.#mark()
    if (this.#catalog !== null && this.#catalog.mark === mark && this.#catalog.value.isComplete) return this.#catalog.value
    const value = await this.#ask<Catalog>('GET', 'catalog', signal)
    // A busy kernel says nothing; what it said before is better.
    if (value === null || (value.tables.length === 0 && !value.isComplete)) return this.#catalog?.value ?? value
    this.#catalog = { value, mark }
    return value
  }

  async #ask<T>(method: Method, what: string, signal: AbortSignal, body?: unknown): Promise<T | null> {
    const answered = await callUrl<Answered<T>>(method, `${this.#base}/${what}`, body, signal)
    return answered.ok ? answered.value.answer : null
  }
}

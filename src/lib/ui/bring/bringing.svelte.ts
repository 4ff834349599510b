/** What becomes of one uploaded file: the look at it, the person's choices, and the import as it goes on. */
import { checkDataPath } from '#lib/domain/data.ts'
import { columnNames, suggestPath, suggestTable, importFormat, isOver, type BadValues, type Delimiter, type Encoding, type IfExists, type Import, type ImportTarget, type ImportType, type Reading } from '#lib/domain/import.ts'
import type { Upload } from '#lib/domain/upload.ts'
import { callApi } from '#lib/live/api.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'

export interface Look {
  reading: Reading
  sheets: string[] | null
  columns: { from: string; name: string; type: ImportType; given: string | null }[]
  rows: (string | null)[][]
  /** All columns of the file are here. */
  isWhole: boolean
}

export interface LookChange {
  delimiter?: Delimiter
  encoding?: Encoding
  hasHeader?: boolean
  sheet?: number
}

export interface ChosenColumn {
  from: string
  given: string | null
  name: string
  type: ImportType
  isKept: boolean
}

const LOOK_AGAIN_MS = 800
const FOLLOW_EVERY_MS = 700

export class Bringing {
  readonly slug: string
  readonly upload: Upload | null
  kind = $state<'table' | 'file'>('table')
  look = $state.raw<Look | null>(null)
  columns = $state<ChosenColumn[]>([])
  isLooking = $state(false)
  problem = $state<string | null>(null)
  schema = $state('default')
  table = $state('')
  path = $state('')
  ifExists = $state<IfExists>('refuse')
  badValues = $state<BadValues>('refuse')
  current = $state.raw<Import | null>(null)
  isAsking = $state(false)
  refusal = $state<{ reason: string; message: string } | null>(null)
  #asked: LookChange = {}
  #looks = 0

  constructor(slug: string, upload: Upload | null, current: Import | null) {
    this.slug = slug
    this.upload = upload
    this.current = current
    if (upload === null) return
    this.table = suggestTable(upload.name)
    this.path = suggestPath(upload.name)
    if (importFormat(upload.name) === null) this.kind = 'file'
  }

  /** What was chosen before stays chosen. A workbook's sheets may take a moment. */
  async lookAgain(change: LookChange, isStill: () => boolean): Promise<void> {
    if (this.upload === null) return
    const turn = (this.#looks += 1)
    this.#asked = { ...this.#asked, ...change }
    this.isLooking = true
    for (;;) {
      const look = await callApi<Look>('POST', `/uploads/${this.upload.id}/look`, this.#asked)
      if (turn !== this.#looks || !isStill()) return
      if (!look.ok && look.reason === 'not-ready') {
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
        continue
      }
      this.isLooking = false
      this.problem = look.ok ? null : look.message
      if (look.ok) this.#take(look.value)
      return
    }
  }

  #take(look: Look): void {
    this.look = look
    this.columns = look.columns.map(({ from, name, type, given }) => ({ from, name, type, given, isKept: true }))
  }

  /** A field that no look has come to: by its name in the file, as text. */
  addField(from: string): void {
    if (from === '' || this.columns.some((column) => column.from === from)) return
    const name = columnNames([...this.columns.map((column) => column.name), from]).at(-1) ?? from
    this.columns.push({ from, name, type: 'string', given: null, isKept: true })
  }

  /** Null where there is nothing to ask for yet. */
  get target(): ImportTarget | null {
    if (this.kind === 'file') return { kind: 'file', path: this.path.trim() }
    if (this.look === null) return null
    const columns = this.columns.filter(({ isKept }) => isKept).map(({ from, name, type }) => ({ from, name, type }))
    const leftOut = this.look.reading.format === 'json' ? this.columns.filter(({ isKept, given }) => !isKept && given === null).map(({ from }) => from) : undefined
    return { kind: 'table', schema: this.schema.trim(), table: this.table.trim(), reading: this.look.reading, columns, ifExists: this.ifExists, badValues: this.badValues, leftOut }
  }

  async ask(): Promise<void> {
    const { target, upload } = this
    if (target === null || upload === null || this.isAsking) return
    const path = target.kind === 'file' ? checkDataPath(target.path) : null
    if (path?.ok === false) return void (this.refusal = path)
    this.isAsking = true
    const asked = await callApi<Import>('POST', `/workspaces/${this.slug}/imports`, { uploadId: upload.id, target })
    this.isAsking = false
    this.refusal = asked.ok ? null : { reason: asked.reason, message: asked.message }
    if (asked.ok) this.current = asked.value
  }

  async cancel(): Promise<void> {
    if (this.current === null) return
    const done = await callApi<Import>('POST', `/imports/${this.current.id}/cancel`)
    if (done.ok) this.current = done.value
    else toasts.error(done.message)
  }

  get isUnderWay(): boolean {
    return this.current !== null && !isOver(this.current.state)
  }

  /** While it goes on. Returns how to stop following. */
  follow(): (() => void) | undefined {
    const id = this.current?.id
    if (id === undefined || !this.isUnderWay) return undefined
    const timer = setInterval(async () => {
      const read = await callApi<Import>('GET', `/imports/${id}`)
      if (read.ok && this.current?.id === id) this.current = read.value
    }, FOLLOW_EVERY_MS)
    return () => clearInterval(timer)
  }
}

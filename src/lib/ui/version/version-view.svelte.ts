/**
 * The open history of a notebook: its timeline, the version that is looked at, and what it is compared with. Texts never
 * change, so each is fetched once; the timeline is read anew when the feed tells of a version.
 */
import type { CellId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'
import type { VersionSummary } from '#lib/domain/version.ts'
import { listVersions, readVersion } from './version-calls.ts'

/** `now`: the notebook as it is. `before`: the version before the one that is looked at. */
export type Against = 'now' | 'before'

const EMPTY: NotebookText = { title: '', cells: [] }

export class VersionView {
  versions = $state.raw<readonly VersionSummary[] | null>(null)
  pickedId = $state<string | null>(null)
  against = $state<Against>('now')
  problem = $state<string | null>(null)
  #texts = $state.raw<ReadonlyMap<string, NotebookText>>(new Map())
  readonly #asked = new Set<string>()
  readonly #notebookId: string

  readonly at = $derived(this.versions?.findIndex(({ id }) => id === this.pickedId) ?? -1)
  readonly picked = $derived(this.versions?.[this.at] ?? null)
  readonly previous = $derived(this.at === -1 ? null : (this.versions?.[this.at + 1] ?? null))
  readonly text = $derived(this.pickedId === null ? null : (this.#texts.get(this.pickedId) ?? null))
  /** Before the first version there was nothing. */
  readonly previousText = $derived(this.previous === null ? { ...EMPTY, title: this.text?.title ?? '' } : (this.#texts.get(this.previous.id) ?? null))

  constructor(notebookId: string) {
    this.#notebookId = notebookId
  }

  async refresh(): Promise<void> {
    const listed = await listVersions(this.#notebookId)
    this.problem = listed.ok ? null : listed.message
    if (listed.ok) this.versions = listed.value
  }

  /** Fetches what the choice needs to be shown. */
  async load(): Promise<void> {
    const needed = [this.pickedId, this.against === 'before' ? this.previous?.id : null].filter((id) => id != null)
    await Promise.all(needed.map((id) => this.#fetch(id)))
  }

  whoChanged(id: CellId): string {
    return this.picked?.authors.filter(({ cellIds }) => cellIds.includes(id)).map(({ name }) => name).join(', ') ?? ''
  }

  async #fetch(id: string): Promise<void> {
    if (this.#asked.has(id)) return
    this.#asked.add(id)
    const read = await readVersion(id)
    if (read.ok) this.#texts = new Map(this.#texts).set(id, read.value.text)
    else {
      this.#asked.delete(id)
      this.problem = read.message
    }
  }
}

/**
 * View state: the view of one table that a person looks at. It is the notebook's own while they share it, and theirs
 * alone from the moment they change something without sharing: then it is kept in this browser, and the notebook's is one
 * press away.
 */
import { isPlain, PLAIN_VIEW, readTableView, type TableView } from '#lib/domain/table-view.ts'
import type { TableViews } from './table-views.ts'

export type ResultTab = 'table' | 'chart'
/** By table, as long as the page lasts: a result that takes the place of another is shown the same way. */
const tabs = new Map<string, ResultTab>()

export class ViewState {
  readonly #views: TableViews | null
  readonly #table: number
  #tab = $state<ResultTab>('table')
  /** This person's own; null while they look at the notebook's. */
  #own = $state.raw<TableView | null>(null)

  constructor(views: TableViews | null, table: number) {
    this.#views = views
    this.#table = table
    this.#tab = (views === null ? undefined : tabs.get(views.key(table))) ?? 'table'
  }

  get tab(): ResultTab {
    return this.#tab
  }

  set tab(next: ResultTab) {
    this.#tab = next
    if (this.#views !== null) tabs.set(this.#views.key(this.#table), next)
  }

  get #shared(): TableView | null {
    return this.#views?.shared(this.#table) ?? null
  }

  get current(): TableView {
    return this.#own ?? this.#shared ?? PLAIN_VIEW
  }

  /** Whether a change is for everybody. */
  get isShared(): boolean {
    return this.#own === null && this.#shared !== null
  }

  get canShare(): boolean {
    return this.#views !== null && this.#views.canShare()
  }

  /** The notebook has a view, and this person looks at another. */
  get isAside(): boolean {
    return this.#own !== null && this.#shared !== null
  }

  get isPlain(): boolean {
    return isPlain(this.current)
  }

  /** Once the page is alive: the server knows nothing of what this browser keeps. */
  recall(): void {
    if (this.#views === null) return
    const kept = readKept(this.#views.key(this.#table))
    if (kept !== undefined) this.#own = kept
  }

  change(next: TableView): void {
    if (this.isShared && this.canShare) this.#views?.share(this.#table, next)
    else this.#keep(next)
  }

  share(isOn: boolean): void {
    const now = this.current
    if (!isOn) return this.#keep(now)
    this.#views?.share(this.#table, now)
    this.#keep(null)
  }

  /** Back to the notebook's view. */
  follow(): void {
    this.#keep(null)
  }

  /** As the table is stored: for everybody while shared, else for this person. */
  reset(): void {
    if (this.isShared && this.canShare) this.#views?.share(this.#table, null)
    else this.#keep(this.#shared === null ? null : PLAIN_VIEW)
  }

  #keep(view: TableView | null): void {
    this.#own = view
    if (this.#views === null) return
    try {
      const key = this.#views.key(this.#table)
      if (view === null) localStorage.removeItem(key)
      else localStorage.setItem(key, JSON.stringify(view))
    } catch {
      // A browser that keeps nothing: the view lasts as long as the page.
    }
  }
}

/** Undefined when this browser keeps none. */
function readKept(key: string): TableView | undefined {
  try {
    const text = localStorage.getItem(key)
    return text === null ? undefined : (readTableView(JSON.parse(text)) ?? PLAIN_VIEW)
  } catch {
    return undefined
  }
}

/**
 * Cell selection: the cells that a person marked in command mode, besides the active one. Empty means the active cell
 * alone, so that every command asks `session.targets` and need not care. A plain move, Escape or editing clears it.
 */
import { SvelteSet } from 'svelte/reactivity'
import type { CellId } from '#lib/domain/ids.ts'

export class CellSelection {
  readonly #ids = new SvelteSet<CellId>()
  /** Where a range began; its other end is the active cell. */
  #anchor: CellId | null = null

  get size(): number {
    return this.#ids.size
  }

  has(id: CellId): boolean {
    return this.#ids.has(id)
  }

  clear(): void {
    this.#anchor = null
    if (this.#ids.size > 0) this.#ids.clear()
  }

  /** From where the range began, or else from the active cell, to `to`. Back at the beginning there is no range. */
  extendTo(order: readonly CellId[], active: CellId | null, to: CellId): void {
    this.#anchor = this.#anchor !== null && order.includes(this.#anchor) ? this.#anchor : (active ?? to)
    const ends = [order.indexOf(this.#anchor), order.indexOf(to)].sort((a, b) => a - b)
    this.#replace(order.slice(ends[0], (ends[1] ?? 0) + 1), 2)
  }

  /** One more, or one less. The first time, the active cell is taken in. */
  toggle(active: CellId | null, id: CellId): void {
    if (this.#ids.size === 0 && active !== null && active !== id) this.#ids.add(active)
    if (!this.#ids.delete(id)) this.#ids.add(id)
    this.#anchor = id
  }

  all(order: readonly CellId[]): void {
    this.#anchor = order[0] ?? null
    this.#replace(order, 1)
  }

  /** Cells that are gone are not selected any more. */
  keep(order: readonly CellId[]): void {
    const here = new Set(order)
    for (const id of [...this.#ids]) if (!here.has(id)) this.#ids.delete(id)
  }

  #replace(ids: readonly CellId[], atLeast: number): void {
    this.#ids.clear()
    if (ids.length >= atLeast) for (const id of ids) this.#ids.add(id)
  }
}

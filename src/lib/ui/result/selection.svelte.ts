/** The selected rectangle of a grid: an anchor and the cell that moves. Arrow keys move both, with Shift only the second. */
export interface CellAt {
  row: number
  column: number
}

export interface Rectangle {
  top: number
  left: number
  /** Inclusive. */
  bottom: number
  right: number
}

export class Selection {
  anchor = $state<CellAt | null>(null)
  active = $state<CellAt | null>(null)

  get rectangle(): Rectangle | null {
    const { anchor, active } = this
    if (anchor === null || active === null) return null
    return {
      top: Math.min(anchor.row, active.row), bottom: Math.max(anchor.row, active.row),
      left: Math.min(anchor.column, active.column), right: Math.max(anchor.column, active.column),
    }
  }

  has(row: number, column: number): boolean {
    const area = this.rectangle
    return area !== null && row >= area.top && row <= area.bottom && column >= area.left && column <= area.right
  }

  isActive(row: number, column: number): boolean {
    return this.active?.row === row && this.active.column === column
  }

  pick(cell: CellAt, isExtending: boolean): void {
    this.active = cell
    if (!isExtending || this.anchor === null) this.anchor = cell
  }

  pickAll(rows: number, columns: number): void {
    this.anchor = { row: 0, column: 0 }
    this.active = { row: rows - 1, column: columns - 1 }
  }

  clear(): void {
    this.anchor = null
    this.active = null
  }
}

/** Where a key takes the active cell, or null when the key is not one of movement. */
export function moveByKey(key: string, isFar: boolean, from: CellAt, rows: number, columns: number, pageRows: number): CellAt | null {
  const steps: Record<string, [number, number]> = {
    ArrowUp: [isFar ? -rows : -1, 0], ArrowDown: [isFar ? rows : 1, 0], ArrowLeft: [0, isFar ? -columns : -1], ArrowRight: [0, isFar ? columns : 1],
    PageUp: [-pageRows, 0], PageDown: [pageRows, 0], Home: [isFar ? -rows : 0, -columns], End: [isFar ? rows : 0, columns],
  }
  const step = steps[key]
  if (step === undefined || rows === 0 || columns === 0) return null
  const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value))
  return { row: within(from.row + step[0], rows), column: within(from.column + step[1], columns) }
}

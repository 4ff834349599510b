/** What the menu of a column does with it. */
export interface ColumnActions {
  sort: (direction: 'asc' | 'desc' | null) => void
  pin: (isPinned: boolean) => void
  move: (by: -1 | 1) => void
  /** Null: as wide as what it holds. */
  widen: (by: number | null) => void
  hide: () => void
  copyName: () => void
  choose: () => void
}

/**
 * Key sequence: from presses to commands. `Mod` is Command on a Mac and Ctrl elsewhere; `D D` is two presses within
 * a second. Pure but for the clock, which is handed in.
 */
export interface KeyPress {
  key: string
  /** The key's place on the keyboard: with Alt a Mac gives another letter than the one printed on it. */
  code?: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

const WITHIN_MS = 1000

/** One press in the words of the table: `Ctrl+Shift+ArrowUp`, `Mod+K`, `D`. The modifiers always in this order. */
export function pressName(press: KeyPress, isMac: boolean): string[] {
  const letter = press.altKey ? /^Key([A-Z])$/.exec(press.code ?? '')?.[1] : undefined
  // Shift makes a dash an underscore; Jupyter calls the key by its dash.
  const key = letter ?? (press.key === ' ' ? 'Space' : press.key === '_' ? '-' : press.key.length === 1 ? press.key.toUpperCase() : press.key)
  const rest = `${press.altKey ? 'Alt+' : ''}${press.shiftKey ? 'Shift+' : ''}${key}`
  const isMod = isMac ? press.metaKey : press.ctrlKey
  if (isMac && press.ctrlKey) return [`Ctrl+${rest}`]
  if (isMod) return isMac ? [`Mod+${rest}`] : [`Mod+${rest}`, `Ctrl+${rest}`]
  return press.metaKey ? [] : [rest]
}

export class KeySequence<C> {
  readonly #byKeys: ReadonlyMap<string, C>
  readonly #firsts: ReadonlySet<string>
  readonly #isMac: boolean
  #pending: { name: string; at: number } | null = null

  constructor(bindings: Iterable<readonly [keys: string, command: C]>, isMac: boolean) {
    this.#byKeys = new Map(bindings)
    this.#firsts = new Set([...this.#byKeys.keys()].flatMap((keys) => (keys.includes(' ') ? [keys.split(' ')[0] ?? ''] : [])))
    this.#isMac = isMac
  }

  /** The command of this press, `'pending'` when it begins a sequence, null when it means nothing here. */
  press(press: KeyPress, now: number): C | 'pending' | null {
    const names = pressName(press, this.#isMac)
    const before = this.#pending !== null && now - this.#pending.at <= WITHIN_MS ? this.#pending.name : null
    this.#pending = null
    for (const name of names) {
      const command = (before === null ? undefined : this.#byKeys.get(`${before} ${name}`)) ?? this.#byKeys.get(name)
      if (command !== undefined) return command
      if (!this.#firsts.has(name)) continue
      this.#pending = { name, at: now }
      return 'pending'
    }
    return null
  }
}

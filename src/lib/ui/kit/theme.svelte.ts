/** Theme of this tab: the choice (kept in a cookie for the server) and what it comes to. `.dark` on <html> is the truth. */
export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const YEAR_S = 365 * 24 * 60 * 60
const state = $state<{ choice: Theme; isDark: boolean }>({ choice: 'system', isDark: false })

export const theme = {
  get choice(): Theme {
    return state.choice
  },
  /** For Monaco and charts, which draw their own colours. */
  get isDark(): boolean {
    return state.isDark
  },
  choose(choice: Theme): void {
    document.cookie = `dataharbour-theme=${choice}; path=/; max-age=${YEAR_S}; samesite=lax`
    document.documentElement.classList.toggle('system', choice === 'system')
    apply(choice)
  },
  /** Reads what the server painted and follows the system while that is the choice. Returns the way to stop. */
  follow(): () => void {
    const root = document.documentElement
    apply(root.classList.contains('system') ? 'system' : root.classList.contains('dark') ? 'dark' : 'light')
    const query = matchMedia('(prefers-color-scheme: dark)')
    const onChange = () => void (state.choice === 'system' && apply('system'))
    query.addEventListener('change', onChange)
    return () => query.removeEventListener('change', onChange)
  },
}

function apply(choice: Theme): void {
  state.choice = choice
  state.isDark = choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', state.isDark)
}

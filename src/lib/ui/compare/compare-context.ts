/** Whether tables below can be compared with earlier ones, and where: said once by the page, because only it knows the notebook's address. */
import { getContext, setContext } from 'svelte'

const KEY = Symbol('comparing')
type NotebookPath = () => string | null

export const provideComparing = (path: NotebookPath): void => void setContext(KEY, path)
/** The notebook's own path; null where nothing is compared. */
export const useComparing = (): NotebookPath => getContext<NotebookPath | undefined>(KEY) ?? (() => null)

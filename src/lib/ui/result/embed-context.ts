/** Whether grids below offer to embed: said once by the page, because only it knows who may share. */
import { getContext, setContext } from 'svelte'

const KEY = Symbol('may embed')

export const provideEmbeds = (mayEmbed: () => boolean): void => void setContext(KEY, mayEmbed)
export const mayEmbedHere = (): boolean => getContext<(() => boolean) | undefined>(KEY)?.() ?? false

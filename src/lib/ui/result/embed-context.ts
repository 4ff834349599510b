/** Whether grids below offer to embed: said once by the page, because only it knows who may share. */
import { getContext, setContext } from 'svelte'

const KEY = Symbol('may embed')

export const provideEmbeds = (mayEmbed: () => boolean): void => void setContext(KEY, mayEmbed)
/** To be asked anew each time it is drawn: the right may come and go. */
export const mayEmbedHere = (): (() => boolean) => getContext<(() => boolean) | undefined>(KEY) ?? (() => false)

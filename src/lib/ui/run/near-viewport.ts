/** Near viewport: an attachment that tells whenever its element comes near the visible part of the page or leaves it. */
import type { Attachment } from 'svelte/attachments'

type Tell = (isNear: boolean) => void
interface Watch {
  observer: IntersectionObserver
  tells: Map<Element, Tell>
}

/** One observer per margin in a tab: hundreds of cells cost one. */
const watches = new Map<string, Watch>()

export const nearViewport = (margin: string, tell: Tell): Attachment => (element) => {
  const watch = watches.get(margin) ?? open(margin)
  watch.tells.set(element, tell)
  watch.observer.observe(element)
  return () => {
    watch.observer.unobserve(element)
    watch.tells.delete(element)
  }
}

function open(margin: string): Watch {
  const tells = new Map<Element, Tell>()
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) tells.get(target)?.(isIntersecting)
  }, { rootMargin: `${margin} 0px` })
  const watch = { observer, tells }
  watches.set(margin, watch)
  return watch
}

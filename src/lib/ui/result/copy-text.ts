/** Puts a text on the clipboard and says so (`done`, null when the caller says it). Over plain http the clipboard API is not there: then the old command does it. */
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'

export async function copyText(text: string, done: string | null): Promise<boolean> {
  const isCopied = (await writeText(text)) || copyByCommand(text)
  if (isCopied && done !== null) toasts.show(done)
  if (!isCopied) toasts.error('The browser did not allow copying. Select the text and copy it by hand.')
  return isCopied
}

async function writeText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

function copyByCommand(text: string): boolean {
  const focused = document.activeElement
  const area = document.createElement('textarea')
  area.value = text
  area.style.position = 'fixed'
  area.style.opacity = '0'
  // Inside an open dialog, which keeps the focus to itself.
  ;(focused?.closest('[role="dialog"]') ?? document.body).append(area)
  area.select()
  const isCopied = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return isCopied
}

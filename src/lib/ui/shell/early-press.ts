/**
 * The early press: a page is painted by the server a moment before its buttons work. What was pressed last in that moment
 * was kept (app.html), and is pressed again once the page is awake: nobody has to press twice. Forms that only a page that
 * is awake can send are held back as well; what was filled in stays.
 */
declare global {
  interface Window {
    keepPress?: (event: Event) => void
    pressed?: HTMLElement | null
  }
}

/** Called once, when the whole page is awake. */
export function repeatEarlyPress(): void {
  const { keepPress, pressed } = window
  if (keepPress !== undefined) removeEventListener('click', keepPress, true)
  delete window.keepPress
  delete window.pressed
  if (pressed?.isConnected !== true) return
  // A menu opens when the pointer goes down; all else acts when it comes up again.
  if (pressed.getAttribute('aria-haspopup') === 'menu') pressed.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, cancelable: true, button: 0 }))
  else pressed.click()
}

/** For a dialog's `onInteractOutside`: a press on a toast, such as its Undo, is no press outside. */
export function keepForToasts(event: Event): void {
  if (event.target instanceof Element && event.target.closest('[aria-label="Notifications"]') !== null) event.preventDefault()
}

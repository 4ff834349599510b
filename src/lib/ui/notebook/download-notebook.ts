/** Download: the notebook as a file in a format of choice, as the server has it once the last keystrokes are saved. */
import { exportFileName, type ExportFormat } from '#lib/domain/export-file.ts'
import { fetchFile } from '#lib/live/api.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'
import type { NotebookSession } from './notebook-session.svelte.ts'

const REVOKED_AFTER_MS = 10_000

export async function downloadAs(session: NotebookSession, format: ExportFormat): Promise<boolean> {
  await session.untilSaved()
  const isBehind = (session.room?.unsaved ?? 0) > 0
  const file = await fetchFile(`/notebooks/${session.page.id}/export?format=${format}`)
  if (!file.ok) {
    toasts.error(file.message)
    return false
  }
  keepFile(file.value, exportFileName(session.title, format))
  if (isBehind) toasts.show('Your last changes are not saved yet. The file is without them.')
  return true
}

export function keepFile(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKED_AFTER_MS)
}

/** Puts a file into the bin and says so. True when it is done. */
import { goto } from '$app/navigation'
import { callApi } from '#lib/live/api.ts'
import { loadAgain } from '#lib/ui/kit/load-again.ts'
import { toasts } from '#lib/ui/kit/toasts.svelte.ts'

export async function deleteFile(slug: string, path: string): Promise<boolean> {
  const done = await callApi('DELETE', `/workspaces/${slug}/data/files?path=${encodeURIComponent(path)}`)
  if (!done.ok) {
    toasts.error(done.message)
    return false
  }
  await loadAgain('dataharbour:files')
  toasts.show(`“${path.split('/').at(-1)}” is in the bin for 30 days.`, { action: { label: 'Bin', run: () => goto(`/${slug}/data/bin`) } })
  return true
}

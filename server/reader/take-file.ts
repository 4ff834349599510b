/**
 * Takes a file that the reader process wrote: it is opened and loses its name at once, so that it leaves the disk with
 * the last hand that holds it, whatever becomes of the download. One that takes nothing for minutes is over, so that a
 * connection that is only held open does not keep gigabytes of disk. Only files whose writer died still have a name:
 * they are swept away later.
 */
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Much longer than any file is written. */
const LEFT_BEHIND_MS = 3_600_000
/** As long as proxies wait for a reader. */
const STALLED_MS = 120_000
const PIECE_BYTES = 256 * 1024

export async function takeFile(path: string, stalledMs = STALLED_MS): Promise<ReadableStream<Uint8Array>> {
  const file = await open(path, 'r')
  await rm(path, { force: true })
  let isOpen = true
  let stalled: NodeJS.Timeout | undefined
  const close = async (): Promise<void> => {
    clearTimeout(stalled)
    if (!isOpen) return
    isOpen = false
    await file.close()
  }
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      clearTimeout(stalled)
      try {
        const { bytesRead, buffer } = await file.read(new Uint8Array(PIECE_BYTES), 0, PIECE_BYTES, null)
        if (bytesRead === 0) {
          await close()
          return controller.close()
        }
        controller.enqueue(buffer.subarray(0, bytesRead))
        stalled = setTimeout(() => {
          controller.error(new Error('Nobody went on to read this file.'))
          void close()
        }, stalledMs).unref()
      } catch (error) {
        await close()
        throw error
      }
    },
    cancel: close,
  }, { highWaterMark: 1 })
}

/** A folder for such files; what a dead process left in it long ago is removed. */
export async function openFolder(folder: string, now: number): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const age = await stat(path).then(({ mtimeMs }) => now - mtimeMs, () => 0)
    if (age > LEFT_BEHIND_MS) await rm(path, { force: true, recursive: true })
  }
}

/** From a message on the kernel's iopub channel to what a cell shows; null for messages that show nothing. Pure. */
import type { KernelMessage } from './kernels.ts'
import type { WireMessage } from './wire.ts'

export function readMessage({ type, content, metadata }: WireMessage): KernelMessage | null {
  switch (type) {
    case 'stream':
      return { kind: 'stream', name: content.name === 'stderr' ? 'stderr' : 'stdout', text: String(content.text ?? '') }
    case 'display_data':
    case 'execute_result':
    case 'update_display_data': {
      const transient = content.transient as { display_id?: unknown } | undefined
      const displayId = typeof transient?.display_id === 'string' ? transient.display_id : null
      const about = content.metadata as Record<string, unknown> | undefined
      const hasMetadata = about !== undefined && about !== null && Object.keys(about).length > 0
      return { kind: 'display', data: (content.data ?? {}) as Record<string, unknown>, ...(hasMetadata && { metadata: about }), displayId, isUpdate: type === 'update_display_data' }
    }
    case 'error': {
      const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : []
      const { trace } = (metadata.dataharbour ?? {}) as { trace?: unknown }
      return { kind: 'error', name: String(content.ename ?? 'Error'), message: String(content.evalue ?? ''), traceback, ...(trace !== undefined && { trace }) }
    }
    case 'clear_output':
      return { kind: 'clear', isWaiting: content.wait === true }
    default:
      return null
  }
}

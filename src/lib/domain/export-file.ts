/** Export file: the formats in which a notebook leaves the house, and a name for the file that every system can store. */
import type { FileFormat } from './result-file.ts'

export const EXPORT_FORMATS = ['ipynb', 'py', 'md'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export const EXPORT_MEDIA: Record<ExportFormat, string> = { ipynb: 'application/x-ipynb+json', py: 'text/x-python', md: 'text/markdown' }

const NAME_MAX = 80
/** Names of devices on Windows, whatever the ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** From the title: letters, digits and a few signs of it; never a path, a hidden file, a device or nothing. */
export function exportFileName(title: string, format: ExportFormat | FileFormat): string {
  const plain = title.normalize('NFC').replace(/[^\p{L}\p{M}\p{N} ._-]+/gu, ' ').replace(/\s+/g, ' ')
  const name = [...plain.replace(/^[\s._-]+/, '')].slice(0, NAME_MAX).join('').replace(/[\s.]+$/, '')
  return `${name === '' ? 'notebook' : DEVICE.test(name) ? `notebook ${name}` : name}.${format}`
}

/** For a program that reads the old form, `filename`, and for one that reads letters of any language, `filename*` (RFC 6266). */
export const attachment = (fileName: string): string =>
  `attachment; filename="${fileName.replace(/[^A-Za-z0-9 ._-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(fileName)}`

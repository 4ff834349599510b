/** Saves a chart as a file: a picture for paper, or its description with its data. */
import type { ChartData, ChartEncoding } from '#lib/domain/chart.ts'
import { paperSpec } from '#lib/domain/chart-paper.ts'
import { embedSpec } from './draw-chart.ts'

export type ChartFormat = 'png' | 'svg' | 'json'

const SIZE = { width: 900, height: 480 }
/** Dots per point: sharp on paper and on screens of today. */
const PNG_SCALE = 2

export async function saveChart(format: ChartFormat, encoding: ChartEncoding, data: ChartData, title: string): Promise<void> {
  const spec = paperSpec(encoding, data, SIZE, title)
  const blob = format === 'json' ? new Blob([`${JSON.stringify(spec, null, 1)}\n`], { type: 'application/json' }) : await pictureOf(spec, format)
  offer(blob, `${title.replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').trim().slice(0, 100) || 'Chart'}.${format === 'json' ? 'vl.json' : format}`)
}

async function pictureOf(spec: Record<string, unknown>, format: 'png' | 'svg'): Promise<Blob> {
  const { view, finalize } = await embedSpec(document.createElement('div'), spec, 'svg', false)
  try {
    if (format === 'svg') return new Blob([await view.toSVG()], { type: 'image/svg+xml' })
    const canvas = await view.toCanvas(PNG_SCALE)
    return await new Promise((done, fail) => canvas.toBlob((blob) => (blob === null ? fail(new Error('The browser made no picture.')) : done(blob)), 'image/png'))
  } finally {
    finalize()
  }
}

function offer(blob: Blob, name: string): void {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

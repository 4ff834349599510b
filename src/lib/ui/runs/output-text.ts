/** What a cell of a run showed, as one text: to compare two runs, and to read without pictures. */
import type { Output } from '#lib/domain/feed.ts'
import { addOutput } from '#lib/domain/fold-outputs.ts'
import { LEFT_OUT } from '#lib/domain/long-text.ts'
import { withoutLineEnds } from '#lib/domain/without-end.ts'

export function outputText(outputs: readonly Output[]): string {
  const shown = outputs.reduce<readonly Output[]>(addOutput, [])
  return shown.map(textOf).filter((text) => text !== '').map(withoutLineEnds).join('\n')
}

function textOf(output: Output): string {
  switch (output.kind) {
    case 'stream':
    case 'notice': return output.text
    case 'result': return output.text
    case 'omitted': return LEFT_OUT
    case 'error': return output.message === '' ? output.name : `${output.name}: ${output.message}`
    case 'display': return output.data['text/plain'] ?? `(${Object.keys(output.data).join(', ')})`
    case 'progress':
    case 'clear': return ''
  }
}

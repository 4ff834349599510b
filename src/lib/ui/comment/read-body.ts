/** A comment's text in pieces: plain words, web addresses, and the names it calls. Pieces are shown as text, never as HTML. */
export type BodyPiece = { kind: 'text' | 'link' | 'name'; text: string }

const ADDRESS = /https?:\/\/[^\s<>"']+/g
/** These end a sentence, not an address; a bracket does when it was not opened inside. */
const TAIL = /[.,;:!?]+$/

export function readBody(body: string, names: readonly string[]): BodyPiece[] {
  const pieces: BodyPiece[] = []
  let from = 0
  for (const found of body.matchAll(ADDRESS)) {
    const address = trimAddress(found[0])
    pieces.push(...callsIn(body.slice(from, found.index), names), { kind: 'link', text: address })
    from = found.index + address.length
  }
  pieces.push(...callsIn(body.slice(from), names))
  return pieces
}

function callsIn(text: string, names: readonly string[]): BodyPiece[] {
  const calls = [...names].filter((name) => name !== '').sort((a, b) => b.length - a.length).map((name) => `@${name}`)
  const pieces: BodyPiece[] = []
  let plain = ''
  for (let at = 0; at < text.length;) {
    const call = text[at] === '@' ? calls.find((one) => text.startsWith(one, at)) : undefined
    if (call === undefined) {
      plain += text[at]
      at += 1
      continue
    }
    if (plain !== '') pieces.push({ kind: 'text', text: plain })
    pieces.push({ kind: 'name', text: call })
    plain = ''
    at += call.length
  }
  if (plain !== '') pieces.push({ kind: 'text', text: plain })
  return pieces
}

function trimAddress(address: string): string {
  const trimmed = address.replace(TAIL, '')
  return trimmed.endsWith(')') && !trimmed.includes('(') ? trimAddress(trimmed.slice(0, -1)) : trimmed
}

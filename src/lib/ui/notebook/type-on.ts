/**
 * Type on: somebody took away the editor in which a person was typing. Until they look up, which is until the first pause,
 * their keys are still letters of that text, and go where the caret was: nothing typed is lost, and no letter is a command.
 */
import * as Y from 'yjs'

const PAUSE_MS = 900

export interface TypeOn {
  /** True when the key was one of the text. */
  take(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'timeStamp'>): boolean
}

/** `origin`: whose undo the letters belong to. `from`: the instant, on the clock of events. */
export function typeOn(text: Y.Text, caret: number, origin: unknown, from: number): TypeOn {
  let place = Y.createRelativePositionFromTypeIndex(text, Math.min(caret, text.length), -1)

  /** Null: takes the character before it away. */
  function write(letters: string | null): void {
    const { doc } = text
    const found = doc === null ? null : Y.createAbsolutePositionFromRelativePosition(place, doc)
    if (doc === null || found === null) return
    const before = text.toString().slice(0, found.index)
    const gone = letters === null ? ([...before.slice(-2)].at(-1)?.length ?? 0) : 0
    const at = before.length - gone
    doc.transact(() => {
      text.delete(at, gone)
      text.insert(at, letters ?? '')
    }, origin)
    place = Y.createRelativePositionFromTypeIndex(text, at + (letters ?? '').length, -1)
  }

  return untilPause(from, (key) => write(key === 'Backspace' ? null : key === 'Enter' ? '\n' : key))
}

/** For a text that the person may not change: the rest of their word is lost, and does nothing else. */
export const typeNowhere = (from: number): TypeOn => untilPause(from, () => {})

function untilPause(from: number, write: (key: string) => void): TypeOn {
  let last = from
  return {
    take({ key, ctrlKey, metaKey, altKey, timeStamp }) {
      const isText = [...key].length === 1 || key === 'Enter' || key === 'Backspace'
      if (!isText || ctrlKey || metaKey || altKey || timeStamp - last > PAUSE_MS) return false
      last = timeStamp
      write(key)
      return true
    },
  }
}

/**
 * Keys of the bucket are built by us from ids, and below a workspace's own files from the plain names that a person gave
 * them (src/lib/domain/data.ts). Anything else that arrives here (a leading slash, `..`, a control character, an escape)
 * is a bug or an attack and throws before the store sees it.
 */
const KEY_MAX_BYTES = 1024
const segment = /^[\p{L}\p{M}\p{N}_=.,@+ ()-]+$/u

export function checkKey(key: string): string {
  if (key.length === 0 || Buffer.byteLength(key) > KEY_MAX_BYTES) throw new Error('An object key has 1 to 1024 bytes.')
  if (!isPlain(key)) throw new Error('An object key must be plain names joined by slashes.')
  return key
}

/** Like a key, and it ends with a slash, so that `ws/1/` never matches `ws/10/`. The empty prefix is the whole bucket. */
export function checkPrefix(prefix: string): string {
  if (prefix === '') return prefix
  if (!prefix.endsWith('/')) throw new Error('A prefix ends with a slash.')
  checkKey(prefix.slice(0, -1))
  return prefix
}

/** Whether the store may be asked for it. */
export const isKey = (key: string): boolean => Buffer.byteLength(key) <= KEY_MAX_BYTES && isPlain(key)

const isPlain = (key: string): boolean => key.split('/').every((name) => segment.test(name) && name !== '.' && name !== '..')

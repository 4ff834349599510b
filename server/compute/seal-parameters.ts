/**
 * What follows the address of a remote Spark (its token) is kept sealed with a key made from AUTH_SECRET, so that a
 * copy of the database opens no cluster. Bound to the compute's id: a sealed text moved to another row does not open.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { ComputeId } from '#lib/domain/ids.ts'

const keyFrom = (authSecret: string): Uint8Array => new Uint8Array(hkdfSync('sha256', authSecret, '', 'dataharbour compute parameters', 32))

export function sealParameters(authSecret: string, id: ComputeId, text: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyFrom(authSecret), nonce).setAAD(Buffer.from(id))
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/** Null when AUTH_SECRET is another by now. */
export function openParameters(authSecret: string, id: ComputeId, sealed: string): string | null {
  try {
    const bytes = Buffer.from(sealed, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', keyFrom(authSecret), bytes.subarray(0, 12)).setAAD(Buffer.from(id))
    decipher.setAuthTag(bytes.subarray(-16))
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

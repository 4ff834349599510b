/** The token of a share: 256 random bits as base64url in the link, only their SHA-256 in the database. */
import { createHash, randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32
const TOKEN = /^[A-Za-z0-9_-]{43}$/

export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url')

export const hashToken = (token: string): Uint8Array => createHash('sha256').update(token).digest()

export const isToken = (text: string): boolean => TOKEN.test(text)

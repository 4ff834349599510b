/** An address of Spark Connect that is known to be well written. */
import { parseConnectUrl, type ConnectUrl } from '#lib/domain/connect-url.ts'

export function connectUrlFrom(text: string): ConnectUrl {
  const url = parseConnectUrl(text)
  if (!url.ok) throw new Error(url.message)
  return url.value
}

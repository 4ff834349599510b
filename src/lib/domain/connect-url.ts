/**
 * The address of a Spark that runs elsewhere, as Spark Connect writes it: `sc://host:port/;token=…;use_ssl=true`.
 * What comes after the semicolon may be a secret: it is parted from the address here and never shown again.
 * [S25] Addresses that only this machine or its cloud answers at (link-local, metadata, none) are refused, in every
 * spelling; private ones are where clusters live and are allowed.
 */
import { accept, refuse, type Outcome } from './outcome.ts'

export const DEFAULT_CONNECT_PORT = 15_002
export const CONNECT_URL_MAX = 4096

export interface ConnectUrl {
  host: string
  port: number
  /** `sc://host:port`, for everybody to see. */
  address: string
  /** `;token=…;use_ssl=true`, or empty. */
  parameters: string
  token: string | null
  hasTls: boolean
}

export type ConnectUrlRefusal = 'url-invalid' | 'address-refused'

const KNOWN = new Set(['token', 'use_ssl', 'user_id', 'user_agent'])
const FORM = 'Write the address as sc://host:port, with /;token=… behind it when it asks for one.'

export function parseConnectUrl(text: string): Outcome<ConnectUrl, ConnectUrlRefusal> {
  const trimmed = text.trim()
  const invalid = (why: string) => refuse('url-invalid', `${why} ${FORM}`)
  if (!/^sc:\/\//i.test(trimmed)) return invalid('A Spark Connect address begins with sc://.')
  if (trimmed.length > CONNECT_URL_MAX || /[\s\p{Cc}]/u.test(trimmed)) return invalid('There is a space in the address, or it is too long.')
  const [front = '', ...pairs] = trimmed.slice('sc://'.length).split(';')
  const url = URL.parse(`http://${front}`)
  if (url === null || url.hostname === '') return invalid('There is no host in it, or its port is none.')
  if (url.username !== '' || url.password !== '') return invalid('A name or password before the host is not known to Spark Connect.')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return invalid('It has a path, which Spark Connect does not know.')
  const parameters = readParameters(pairs)
  if (!parameters.ok) return invalid(parameters.message)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (isRefusedHost(host)) return refuse('address-refused', SENTENCE)
  const { token, hasTls, text: kept } = parameters.value
  // 80 is what URL leaves out.
  const port = url.port !== '' ? Number(url.port) : /:80\/?$/.test(front) ? 80 : DEFAULT_CONNECT_PORT
  if (port === 0) return invalid('Its port is none.')
  return accept({ host, port, address: `sc://${url.hostname}:${port}`, parameters: kept, token, hasTls })
}

const SENTENCE = 'This address belongs to the machine or its cloud, not to a cluster. Write the address of your Spark.'
export const refusedAddress = () => refuse('address-refused', SENTENCE)

type Parameters = { token: string | null; hasTls: boolean; text: string }

function readParameters(pairs: readonly string[]): Outcome<Parameters, 'parameters'> {
  const found = new Map<string, string>()
  for (const pair of pairs.filter((one) => one !== '')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at < 0 ? undefined : at)
    if (at < 1 || at === pair.length - 1) return refuse('parameters', 'What follows a semicolon is name=value.')
    // Never the value: it may be a secret.
    if (!KNOWN.has(name) && !/^x-[a-z0-9-]{1,60}$/.test(name)) return refuse('parameters', `It says “${name.slice(0, 40)}”, which is not one of token, use_ssl, user_id, user_agent or x-….`)
    found.set(name, pair.slice(at + 1))
  }
  const tls = found.get('use_ssl')?.toLowerCase()
  if (tls !== undefined && tls !== 'true' && tls !== 'false') return refuse('parameters', 'use_ssl is true or false.')
  const token = found.get('token') ?? null
  if (token !== null && tls === 'false') return refuse('parameters', 'A token goes with TLS only: leave out use_ssl=false.')
  const text = [...found].map(([name, value]) => `;${name}=${value}`).join('')
  return accept({ token: token === null ? null : decode(token), hasTls: tls === 'true' || token !== null, text })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Spark takes a token without TLS only from a host of exactly this name. */
export const usesTls = ({ host, hasTls, parameters }: ConnectUrl): boolean => hasTls && (host !== 'localhost' || /;use_ssl=true/i.test(parameters))

const METADATA_NAMES = /^(metadata|instance-data)(\.|$)|^metadata\.google\.internal\.?$|\.metadata\.goog\.?$/i

export function isRefusedHost(host: string): boolean {
  return METADATA_NAMES.test(host) || isRefusedAddress(host)
}

/** `address` as `URL` or a resolver writes it: four decimal numbers, or IPv6. A name is not refused here. */
export function isRefusedAddress(address: string): boolean {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)
  if (v4 !== null) return isRefusedV4(v4.slice(1).map(Number))
  if (!address.includes(':')) return false
  const groups = expand(address.split('%')[0]!.toLowerCase())
  if (groups === null) return true
  const [first = 0, second = 0] = groups
  const low = [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255]
  const isMapped = groups.slice(0, 5).every((one) => one === 0) && (groups[5] === 0xffff || groups[5] === 0)
  const isTranslated = first === 0x64 && second === 0xff9b
  const isLoopback = groups.slice(0, 7).every((one) => one === 0) && groups[7] === 1
  if (isLoopback) return false
  if (isMapped || isTranslated) return isRefusedV4(low)
  // Link-local, multicast, 6to4 of anything, and the metadata service of AWS.
  return (first & 0xffc0) === 0xfe80 || first >> 8 === 0xff || first === 0x2002 || (first === 0xfd00 && second === 0x0ec2)
}

/** No address, link-local (AWS, Azure, Google and Oracle answer at 169.254.169.254), Alibaba's metadata, multicast and beyond. */
function isRefusedV4(parts: readonly number[]): boolean {
  const [a = 0, b = 0] = parts
  return a === 0 || (a === 169 && b === 254) || parts.join('.') === '100.100.100.200' || parts.join('.') === '168.63.129.16' || a >= 224
}

function expand(address: string): number[] | null {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const text = dotted === null ? address : `${dotted[1]}${hex(dotted[2]!, dotted[3]!)}:${hex(dotted[4]!, dotted[5]!)}`
  const [head = '', tail, more] = text.split('::')
  if (more !== undefined) return null
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = 8 - left.length - right.length
  if (tail === undefined ? gap !== 0 : gap < 0) return null
  const groups = [...left, ...Array.from({ length: tail === undefined ? 0 : gap }, () => '0'), ...right].map((one) => Number.parseInt(one, 16))
  return groups.every((one) => one >= 0 && one <= 0xffff) ? groups : null
}

const hex = (high: string, low: string): string => ((Number(high) << 8) | Number(low)).toString(16)

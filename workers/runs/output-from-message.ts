/**
 * From what a kernel shows to what a cell keeps: an output, or the manifest of a table that must be recorded first.
 * Pure. A bundle's values become text, as the browser gets them.
 */
import { readTrace } from '#lib/domain/error-trace.ts'
import type { MimeBundle, Output, PictureSize } from '#lib/domain/feed.ts'
import type { RunEnvironment } from '#lib/domain/run.ts'
import type { SparkSession } from '#server/compute/try-connect.ts'
import type { KernelMessage } from '../kernels/kernels.ts'

export type Shown =
  | { kind: 'output'; output: Output }
  | { kind: 'table'; manifest: unknown; text: string }
  /** What the run runs on. */
  | { kind: 'environment'; environment: RunEnvironment }
  /** What the cell read. */
  | { kind: 'inputs'; told: unknown }
  /** The cell installed packages, or took some away. */
  | { kind: 'packages'; change: unknown }
  /** The old output goes when new output comes. */
  | { kind: 'clear-later' }
  /** The cell uses this session of Spark. */
  | { kind: 'session'; session: SparkSession }

const RESULT = 'application/vnd.dataharbour.result+json'
const ENVIRONMENT = 'application/vnd.dataharbour.environment+json'
const INPUTS = 'application/vnd.dataharbour.inputs+json'
const PROGRESS = 'application/vnd.dataharbour.progress+json'
const SESSION = 'application/vnd.dataharbour.spark-session+json'
const PACKAGES = 'application/vnd.dataharbour.packages+json'
const JVM_TRACE = 'JVM trace:'
const NOTE_MAX = 200
const FRAMES_MAX = 100
const FRAME_CHARS_MAX = 20_200

export function shownFrom(message: KernelMessage): Shown {
  switch (message.kind) {
    case 'stream': return output({ kind: 'stream', name: message.name, text: message.text })
    case 'clear': return message.isWaiting ? { kind: 'clear-later' } : output({ kind: 'clear' })
    case 'error': return output(errorFrom(message))
    case 'display': return fromDisplay(message)
  }
}

const output = (value: Output): Shown => ({ kind: 'output', output: value })

function fromDisplay({ data, metadata, displayId, isUpdate }: Extract<KernelMessage, { kind: 'display' }>): Shown {
  const text = typeof data['text/plain'] === 'string' ? data['text/plain'] : ''
  if (RESULT in data) return { kind: 'table', manifest: parsed(data[RESULT]), text }
  if (ENVIRONMENT in data) return environmentFrom(parsed(data[ENVIRONMENT]))
  if (INPUTS in data) return { kind: 'inputs', told: parsed(data[INPUTS]) }
  if (PACKAGES in data) return { kind: 'packages', change: parsed(data[PACKAGES]) }
  const session = SESSION in data ? sessionFrom(parsed(data[SESSION])) : null
  if (session !== null) return { kind: 'session', session }
  if (PROGRESS in data) return output(progressFrom(parsed(data[PROGRESS])))
  const size = sizeFrom(data, metadata)
  return output({ kind: 'display', data: bundleFrom(data), displayId, isUpdate, ...(size !== null && { size }) })
}

function errorFrom({ name, message, traceback, trace: given }: Extract<KernelMessage, { kind: 'error' }>): Output {
  const trace = readTrace(given)
  const last = traceback.at(-1)
  const jvmTrace = last?.startsWith(JVM_TRACE) ? last.slice(JVM_TRACE.length).trim() : null
  return { kind: 'error', name, message, frames: framesFrom(jvmTrace === null ? traceback : traceback.slice(0, -1)), jvmTrace, ...(trace !== null && { trace }) }
}

/** `Image(…, width=300)`: the size stands beside the picture, under its type. */
function sizeFrom(data: Record<string, unknown>, metadata: Record<string, unknown> = {}): PictureSize | null {
  for (const mime of Object.keys(data).filter((key) => key.startsWith('image/'))) {
    const { width, height } = (metadata[mime] ?? {}) as { width?: unknown; height?: unknown }
    const size = { ...(isPixels(width) && { width }), ...(isPixels(height) && { height }) }
    if (Object.keys(size).length > 0) return size
  }
  return null
}

const isPixels = (value: unknown): value is number => typeof value === 'number' && value >= 1 && value <= 10_000

/** A text for the clipboard: of very many frames the first and the last. */
function framesFrom(given: string[]): string[] {
  const frames = given.map((frame) => frame.slice(0, FRAME_CHARS_MAX))
  if (frames.length <= FRAMES_MAX) return frames
  return [...frames.slice(0, FRAMES_MAX / 2), `… ${frames.length - FRAMES_MAX} frames are left out …`, ...frames.slice(-FRAMES_MAX / 2)]
}

function bundleFrom(data: Record<string, unknown>): MimeBundle {
  return Object.fromEntries(Object.entries(data).map(([mime, value]) => [mime, textOf(value)]))
}

/** nbformat allows a list of lines where text is meant. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('')
  return JSON.stringify(value ?? null)
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return null
  }
}

type Stage = Extract<Output, { kind: 'progress' }>['stages'][number]

function progressFrom(value: unknown): Output {
  const { stages, note } = (value ?? {}) as { stages?: unknown; note?: unknown }
  return { kind: 'progress', stages: stagesFrom(stages), ...(typeof note === 'string' && { note: note.slice(0, NOTE_MAX) }) }
}

/** Code may forge it, and names no more than what it could end itself: the worker asks the kernel's own Spark only. */
function sessionFrom(value: unknown): SparkSession | null {
  const { sessionId, userId } = (value ?? {}) as { sessionId?: unknown; userId?: unknown }
  if (typeof sessionId !== 'string' || !/^[0-9a-f-]{36}$/.test(sessionId) || (typeof userId !== 'string' && userId !== null)) return null
  return { sessionId, userId }
}

const PACKAGES_MAX = 1000
const WORD_MAX = 120

/** Code may forge it: it stays small and of its shape, and says no more than what the code says of itself. */
function environmentFrom(value: unknown): Shown {
  const { python, spark, packages } = (value ?? {}) as { python?: unknown; spark?: unknown; packages?: unknown }
  const word = (text: unknown): string => (typeof text === 'string' ? text.slice(0, WORD_MAX) : '')
  const listed = typeof packages === 'object' && packages !== null ? Object.entries(packages).slice(0, PACKAGES_MAX).map(([name, version]) => [word(name), word(version)]) : []
  return { kind: 'environment', environment: { python: word(python), spark: typeof spark === 'string' ? word(spark) : null, packages: Object.fromEntries(listed) as Record<string, string> } }
}

function stagesFrom(stages: unknown): Stage[] {
  if (!Array.isArray(stages)) return []
  return stages.map((stage: Partial<Stage>) => ({ id: Number(stage.id) || 0, tasks: Number(stage.tasks) || 0, done: Number(stage.done) || 0, bytes: Number(stage.bytes) || 0 }))
}

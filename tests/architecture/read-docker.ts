/** Reads docker/: the compose file with its services, and each Dockerfile as its instructions. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ROOT } from './read-source.ts'

// It comes without types; what it reads is looked at here alone.
const yaml = createRequire(import.meta.url)('js-yaml') as { load(text: string): unknown }

export interface Service {
  name: string
  restart?: string
  read_only?: boolean
  init?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  logging?: { driver?: string; options?: Record<string, string> }
  build?: { dockerfile: string; target?: string }
  image: string
  environment?: Record<string, string | null>
  volumes?: string[]
  tmpfs?: string[]
  ports?: string[]
  networks?: string[]
  mem_limit?: string
  stop_grace_period?: string
  depends_on?: Record<string, { condition: string }>
}

export interface Compose {
  services: Service[]
  volumes: string[]
  networks: Record<string, { internal?: boolean } | null>
  text: string
}

export const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

export function readYaml<T>(path: string): T {
  return yaml.load(readText(path)) as T
}

export function readCompose(): Compose {
  const path = 'docker/compose.yaml'
  const file = readYaml<{ services: Record<string, Omit<Service, 'name'>>; volumes: Record<string, null>; networks: Compose['networks'] }>(path)
  return {
    services: Object.entries(file.services).map(([name, service]) => ({ name, ...service })),
    volumes: Object.keys(file.volumes),
    networks: file.networks,
    text: readText(path),
  }
}

/** Each once at a start: it ends by itself, and another service waits for that. */
export const isOneShot = (service: Service): boolean => service.restart === 'no'

export interface Stage {
  base: string
  name: string | null
  instructions: { word: string; rest: string }[]
}

export const dockerfiles = (): string[] => readdirSync(join(ROOT, 'docker')).filter((name) => name.endsWith('.Dockerfile')).map((name) => `docker/${name}`)

export function readDockerfile(path: string): Stage[] {
  const lines = readText(path).replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ').split('\n')
  const stages: Stage[] = []
  for (const line of lines) {
    const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? []
    if (word === undefined || rest === undefined) continue
    const from = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest)
    if (word === 'FROM' && from !== null) stages.push({ base: from[1]!, name: from[2] ?? null, instructions: [] })
    else stages.at(-1)?.instructions.push({ word, rest })
  }
  return stages
}

/** The stage that a service runs. */
export function stageOf(service: Service, all: readonly Service[]): Stage {
  const build = service.build ?? all.find((other) => other.image === service.image && other.build !== undefined)?.build
  if (build === undefined) throw new Error(`${service.name} is built from nothing`)
  const stages = readDockerfile(build.dockerfile)
  const stage = build.target === undefined ? stages.at(-1) : stages.find((one) => one.name === build.target)
  if (stage === undefined) throw new Error(`${build.dockerfile} has no stage ${build.target}`)
  return stage
}

export const instruction = (stage: Stage, word: string): string | undefined => stage.instructions.findLast((one) => one.word === word)?.rest

/** `512m`, `2g` or `${NAME:-2g}`, in bytes; null when it is none of them. */
export function bytesOf(text: string | undefined): number | null {
  const [, amount, unit] = /^(?:\$\{[A-Z_]+:-)?(\d+)([mg])\}?$/.exec(text ?? '') ?? []
  return amount === undefined ? null : Number(amount) * (unit === 'g' ? 2 ** 30 : 2 ** 20)
}

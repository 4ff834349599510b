/** The API's document and the API itself: the same addresses and methods, and a document that other tools can read. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { describeApi, pathOf, type RouteModule } from '#lib/server/openapi.ts'

const FOLDER = fileURLToPath(new URL('../../../src/routes/api/v1', import.meta.url))
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'fallback']
const modules = import.meta.glob<RouteModule>(['../../../src/routes/api/v1/**/+server.ts', '!**/openapi.json/**'], { eager: true })
const asOfDocument = Object.fromEntries(Object.entries(modules).map(([file, module]) => [file.replace(/^.*\/api\/v1\//, '../'), module]))

interface Media { content?: Record<string, { schema: Record<string, unknown> }> }
interface Operation { operationId: string; summary: string; parameters?: { name: string; in: string; required?: boolean; schema?: unknown }[]; requestBody?: Media & { required?: boolean }; responses: Record<string, Media & { $ref?: string; description?: string }>; security?: unknown[] }
const document = JSON.parse(JSON.stringify(describeApi(asOfDocument, 'http://h:1'))) as { openapi: string; info: { title: string; version: string }; paths: Record<string, Record<string, Operation>>; components: Record<string, Record<string, unknown>> }
const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation, name: operation.operationId })))

describe('the document names', () => {
  const written = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('+server.ts')).map((file) => `../${file}`).filter((file) => file !== '../openapi.json/+server.ts')

  it('every route file, and no other address', () => {
    expect(Object.keys(asOfDocument).sort()).toEqual(written.sort())
    expect(Object.keys(document.paths).sort()).toEqual(written.map(pathOf).sort())
  })

  it.each(Object.entries(asOfDocument))('each method of %s, and no other', (file, module) => {
    const exported = Object.keys(module).filter((name) => METHODS.includes(name)).map((name) => name.toLowerCase())
    expect(exported.length).toBeGreaterThan(0)
    expect(Object.keys(document.paths[pathOf(file)] ?? {}).sort()).toEqual(exported.sort())
  })
})

describe('the document is OpenAPI 3.1', () => {
  it('has its head, and only references that lead somewhere', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: expect.any(String), version: expect.any(String) } })
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((found) => found[1]!)
    expect(references.length).toBeGreaterThan(0)
    for (const reference of references) expect(follow(reference), reference).toBeTypeOf('object')
  })

  it('tells operations apart', () => {
    expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length)
  })

  it.each(operations)('$name says what it takes and gives', ({ path, method, operation }) => {
    expect(operation.summary).toMatch(/\S/)
    const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path')
    expect(inPath.map((one) => `{${one.name}}`).sort()).toEqual([...new Set(path.match(/\{[^}]+\}/g) ?? [])].sort())
    for (const one of operation.parameters ?? []) expect([one.in === 'path' ? one.required : true, one.schema]).toEqual([true, expect.any(Object)])
    if (method === 'get') expect(operation.requestBody).toBeUndefined()
    if (operation.requestBody !== undefined) expect(Object.keys(operation.requestBody.content ?? {})).toHaveLength(1)
    expect(Object.keys(operation.responses).every((code) => /^([1-5]\d\d|[1-5]XX|default)$/.test(code))).toBe(true)
    expect(Object.keys(operation.responses).filter((code) => code.startsWith('2'))).toHaveLength(1)
    for (const answer of Object.values(operation.responses)) expect(read(answer).description).toMatch(/\S/)
  })

  it.each(operations)('$name tells of its problems', ({ operation }) => {
    const problem = read(operation.responses.default!)
    expect(Object.keys(problem.content ?? {})).toEqual(['application/problem+json'])
    const schema = problem.content!['application/problem+json']!.schema
    const { required } = (typeof schema.$ref === 'string' ? follow(schema.$ref) : schema) as { required: string[] }
    expect(required.sort()).toEqual(['detail', 'id', 'reason', 'status', 'title', 'type'])
  })
})

describe('what is no JSON', () => {
  const BYTES = { type: 'string', format: 'binary' }
  const TEXT = { type: 'string' }
  const TABLE = { 'text/csv': TEXT, 'application/vnd.apache.parquet': BYTES, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': BYTES }

  it.each<[string, Record<string, object>]>([
    ['download-result', TABLE], ['download-table', TABLE], ['download-difference', TABLE],
    ['download-result-view', TABLE], ['download-table-view', TABLE], ['download-difference-view', TABLE],
    ['download-file', { 'application/octet-stream': BYTES }],
    ['export-notebook', { 'application/x-ipynb+json': TEXT, 'text/x-python': TEXT, 'text/markdown': TEXT }],
    ['follow-notebook', { 'text/event-stream': TEXT }],
    ['read-run-text-part', { 'text/plain': TEXT }], ['download-run-text', { 'text/plain': TEXT }],
  ])('comes from %s by its own types', (name, types) => {
    const { operation } = operations.find((one) => one.name === name)!
    expect(Object.fromEntries(Object.entries(operation.responses['200']?.content ?? {}).map(([type, { schema }]) => [type, schema]))).toEqual(types)
  })

  it('is taken as bytes for the part of a file', () => {
    const { operation } = operations.find((one) => one.name === 'put-upload-part')!
    expect(operation.requestBody).toMatchObject({ required: true, content: { 'application/octet-stream': { schema: BYTES } } })
  })

  it('is nowhere of any type at all', () => {
    expect(JSON.stringify(document)).not.toContain('*/*')
  })
})

function follow(reference: string): unknown {
  return reference.replace(/^#\//, '').split('/').reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document)
}

function read(answer: Media & { $ref?: string; description?: string }): Media & { description?: string } {
  return answer.$ref === undefined ? answer : (follow(answer.$ref) as Media)
}

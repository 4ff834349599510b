/** Turns our OpenAPI document into what the docs page shows: groups of operations with flat field lists and a curl example. */
export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  enum?: unknown[]
  const?: unknown
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  format?: string
  description?: string
  example?: unknown
  default?: unknown
  additionalProperties?: JsonSchema | boolean
}

interface OpenApiParameter { name: string; in: string; required?: boolean; description?: string; schema: JsonSchema }
interface Media { content?: Record<string, { schema: JsonSchema }> }
interface OpenApiOperation {
  operationId: string
  summary: string
  description?: string
  tags?: string[]
  security?: unknown[]
  parameters?: OpenApiParameter[]
  requestBody?: Media
  responses: Record<string, Media & { description: string }>
}
export interface OpenApiDocument {
  info: { title: string; description?: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, OpenApiOperation>>
  components?: { schemas?: Record<string, JsonSchema> }
}

export interface FieldRow { name: string; type: string; isRequired: boolean; description: string; depth: number }
export interface Operation {
  id: string
  method: string
  path: string
  summary: string
  description: string
  isPublic: boolean
  parameters: FieldRow[]
  body: FieldRow[]
  response: { status: string; type: string; fields: FieldRow[] }
  curl: string
}
export interface Group { name: string; operations: Operation[] }

const DEEPEST = 4

export function readOpenApi(document: OpenApiDocument): Group[] {
  const groups = new Map<string, Operation[]>()
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const name = operation.tags?.[0] ?? 'other'
      groups.set(name, [...(groups.get(name) ?? []), readOperation(document, path, method, operation)])
    }
  }
  return [...groups].map(([name, operations]) => ({ name, operations }))
}

function readOperation(document: OpenApiDocument, path: string, method: string, operation: OpenApiOperation): Operation {
  const [status, answer] = Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? ['200', { description: '' }]
  const answerSchema = Object.values(answer.content ?? {})[0]?.schema
  const bodySchema = operation.requestBody?.content?.['application/json']?.schema
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    summary: operation.summary,
    description: operation.description ?? '',
    isPublic: operation.security?.length === 0,
    parameters: (operation.parameters ?? []).map((one) => ({
      name: one.name, type: `${typeName(document, one.schema)} in ${one.in}`, isRequired: one.required === true, description: one.description ?? one.schema.description ?? '', depth: 0,
    })),
    body: bodySchema === undefined ? [] : fieldsOf(document, bodySchema, 0),
    response: { status, type: answerSchema === undefined ? 'nothing' : typeName(document, answerSchema), fields: answerSchema === undefined ? [] : fieldsOf(document, answerSchema, 0) },
    curl: curlOf(document, path, method, operation, bodySchema),
  }
}

function resolve(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema
  const name = schema.$ref.split('/').at(-1) ?? ''
  return document.components?.schemas?.[name] ?? {}
}

const choicesOf = (schema: JsonSchema): JsonSchema[] => schema.anyOf ?? schema.oneOf ?? []

/** A short name of a type: `string`, `Notebook[]`, `"asc" | "desc"`, `string or null`. */
export function typeName(document: OpenApiDocument, schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? 'object'
  const choices = choicesOf(schema)
  if (choices.length > 0) return [...new Set(choices.map((one) => typeName(document, one)))].join(' or ')
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.type === 'array') return `${typeName(document, schema.items ?? {})}[]`
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'any')
  return schema.format === undefined ? type : `${type} (${schema.format})`
}

function fieldsOf(document: OpenApiDocument, given: JsonSchema, depth: number): FieldRow[] {
  if (depth > DEEPEST) return []
  const schema = resolve(document, given)
  if (schema.type === 'array') return fieldsOf(document, schema.items ?? {}, depth)
  const choices = choicesOf(schema)
  if (choices.length > 0) return choices.flatMap((one) => fieldsOf(document, one, depth))
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
    {
      name, type: typeName(document, property), isRequired: schema.required?.includes(name) === true,
      description: [resolve(document, property).description, property.default === undefined ? undefined : `Default: ${JSON.stringify(property.default)}`].filter(Boolean).join(' '),
      depth,
    },
    ...(property.$ref === undefined ? fieldsOf(document, property, depth + 1) : []),
  ])
}

function curlOf(document: OpenApiDocument, path: string, method: string, operation: OpenApiOperation, body: JsonSchema | undefined): string {
  const url = `${document.servers[0]?.url ?? ''}${path}`
  const lines = [`curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}'${url}'`]
  if (operation.security?.length !== 0) lines.push(`-H "Authorization: Bearer $DATAHARBOUR_TOKEN"`)
  if (body !== undefined) lines.push(`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(exampleOf(document, body, 0)).replaceAll("'", "'\\''")}'`)
  else if (operation.requestBody !== undefined) lines.push(`-H 'Content-Type: ${Object.keys(operation.requestBody.content ?? {})[0]}'`, '--data-binary @file')
  return lines.join(' \\\n  ')
}

function exampleOf(document: OpenApiDocument, given: JsonSchema, depth: number): unknown {
  const schema = resolve(document, given)
  if (schema.example !== undefined) return schema.example
  if (schema.default !== undefined) return schema.default
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.const !== undefined) return schema.const
  const [choice] = choicesOf(schema)
  if (choice !== undefined) return exampleOf(document, choice, depth)
  if (schema.type === 'array') return depth > DEEPEST ? [] : [exampleOf(document, schema.items ?? {}, depth + 1)]
  if (schema.properties !== undefined) {
    const required = Object.entries(schema.properties).filter(([name]) => schema.required?.includes(name) === true)
    return Object.fromEntries(required.map(([name, property]) => [name, exampleOf(document, property, depth + 1)]))
  }
  if (schema.type === 'integer' || schema.type === 'number') return 1
  if (schema.type === 'boolean') return true
  if (schema.type === 'object') return {}
  return schema.format === 'email' ? 'ada@example.org' : 'text'
}

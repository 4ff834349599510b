import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { describeApi, pathOf } from '#lib/server/openapi.ts'
import { route } from '#lib/server/route.ts'
import { readOpenApi, type OpenApiDocument } from '#lib/ui/api-docs/read-openapi.ts'

const thing = z.object({ id: z.uuid(), size: z.int().nullable() }).meta({ id: 'Thing' })
const modules = {
  '../things/[id]/+server.ts': {
    PATCH: route({
      name: 'edit-thing', summary: 'Edit a thing', params: z.strictObject({ id: z.uuid() }),
      body: z.strictObject({ size: z.int().default(3), kind: z.enum(['a', 'b']) }), response: thing,
    }, async () => ({ ok: true, value: { id: crypto.randomUUID(), size: null } })),
    DELETE: route({ name: 'delete-thing', summary: 'Delete a thing', params: z.strictObject({ id: z.uuid() }), response: null }, async () => ({ ok: true, value: null })),
  },
}

describe('the API document', () => {
  it('names paths by their folders', () => {
    expect(pathOf('../workspaces/[id]/members/[user]/+server.ts')).toBe('/workspaces/{id}/members/{user}')
  })

  it('tells the docs page what a call takes and gives', () => {
    const document = JSON.parse(JSON.stringify(describeApi(modules, 'http://h:1'))) as OpenApiDocument
    const [group] = readOpenApi(document)
    const [edit, remove] = group?.operations ?? []
    expect(group?.name).toBe('things')
    expect(edit?.parameters.map((one) => [one.name, one.isRequired])).toEqual([['id', true]])
    expect(edit?.body).toMatchObject([{ name: 'size', type: 'integer', isRequired: false, description: 'Default: 3' }, { name: 'kind', type: '"a" | "b"', isRequired: true }])
    expect(edit?.response).toMatchObject({ status: '200', type: 'Thing', fields: [{ name: 'id', type: 'string (uuid)' }, { name: 'size', type: 'integer or null' }] })
    expect(edit?.curl).toContain("curl -X PATCH 'http://h:1/api/v1/things/{id}'")
    expect(edit?.curl).toContain('-d \'{"kind":"a"}\'')
    expect(remove?.response).toMatchObject({ status: '204', type: 'nothing' })
  })
})

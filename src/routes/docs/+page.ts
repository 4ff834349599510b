import { error } from '@sveltejs/kit'
import { readOpenApi, type OpenApiDocument } from '#lib/ui/api-docs/read-openapi.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch }) => {
  const response = await fetch('/api/v1/openapi.json')
  if (!response.ok) error(response.status, 'The API document could not be read.')
  const document = (await response.json()) as OpenApiDocument
  return { groups: readOpenApi(document), description: document.info.description ?? '' }
}

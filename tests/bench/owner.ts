/** The local owner, signed in over HTTP by the one-time link, and the few API calls that benchmarks make. */
import type { Product } from '../support/start-product.ts'

export interface Owner {
  cookie: string
  workspaceId: string
  call: <T>(method: string, path: string, body?: unknown) => Promise<T>
  /** A notebook with one cell of each given source; answers its id and the cells' ids in order. */
  makeNotebook: (title: string, cells: { kind: 'python' | 'sql'; source: string; rowLimit?: number | null }[]) => Promise<{ id: string; cellIds: string[] }>
}

export async function signInOwner(product: Product): Promise<Owner> {
  const answer = await fetch(await product.signInLink(), { redirect: 'manual' })
  const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ')
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${product.url}/api/v1${path}`, {
      method,
      headers: { cookie, origin: product.url, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (response.status === 204 ? undefined : await response.json()) as T
  }
  const workspaces = await call<{ id: string; slug: string }[]>('GET', '/workspaces')
  const workspaceId = workspaces.find((workspace) => workspace.slug === 'harbour')?.id ?? ''
  const makeNotebook: Owner['makeNotebook'] = async (title, cells) => {
    const made = cells.map((cell, i) => ({ ...cell, id: `cell-${i}` }))
    const { id } = await call<{ id: string }>('POST', `/workspaces/${workspaceId}/notebooks`, { title, cells: made })
    return { id, cellIds: made.map((cell) => cell.id) }
  }
  return { cookie, workspaceId, call, makeNotebook }
}

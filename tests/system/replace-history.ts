/** While the web process is down, a notebook gets another history, as a database restored from yesterday would give it. */
import postgres from 'postgres'
import type { Product } from '../support/start-product.ts'
import type { MadeNotebook } from './notebook-page.ts'

/** `meanwhile` happens on pages that have lost the web process. */
export async function replaceHistory(product: Product, notebook: Pick<MadeNotebook, 'id'>, meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  product.web.kill('SIGKILL')
  await meanwhile()
  const sql = postgres(product.env.DATABASE_URL ?? '', { max: 1 })
  await sql.begin(async (tx) => {
    await tx`update document_snapshots set epoch = 2 where notebook_id = ${notebook.id}`
    await tx`delete from document_updates where notebook_id = ${notebook.id}`
    await tx`update notebooks set epoch = 2 where id = ${notebook.id}`
  })
  await sql.end()
  await product.restartWeb()
}

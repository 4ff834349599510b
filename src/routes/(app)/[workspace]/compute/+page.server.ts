import { listAttached, listComputes, listKernels } from '#lib/server/door.ts'
import { pageError } from '#lib/server/page-error.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, depends }) => {
  depends('dataharbour:compute')
  const { deps, actor } = locals
  const [computes, kernels, attached] = await Promise.all([
    listComputes(deps, actor, { workspaceId: params.workspace }), listKernels(deps, actor, params.workspace), listAttached(deps, actor, params.workspace),
  ])
  if (!computes.ok) pageError(computes, locals)
  if (!kernels.ok) pageError(kernels, locals)
  if (!attached.ok) pageError(attached, locals)
  const { memory, cores, idleMs } = deps.config.spark
  return { computes: computes.value, kernels: kernels.value, attached: attached.value, installation: { memory, cores, idleMinutes: Math.round(idleMs / 60_000) } }
}

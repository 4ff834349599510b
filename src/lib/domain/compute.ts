/** Compute: the Spark that kernels talk to. `embedded` is started by a worker; `remote` is any Spark Connect URL. */
export const COMPUTE_STATES = ['stopped', 'starting', 'running', 'stopping', 'failed'] as const
export type ComputeState = (typeof COMPUTE_STATES)[number]
export const COMPUTE_KINDS = ['embedded', 'remote'] as const
export type ComputeKind = (typeof COMPUTE_KINDS)[number]

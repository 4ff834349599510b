/**
 * Branded ids: a RunId cannot be passed where a CellId is meant. All are UUIDs made by
 * `crypto.randomUUID`, handed in by the caller, except CellId (short, made in the browser).
 */
declare const brand: unique symbol
type Branded<B extends string> = string & { readonly [brand]: B }

export type UserId = Branded<'User'>
export type WorkspaceId = Branded<'Workspace'>
export type NotebookId = Branded<'Notebook'>
export type CellId = Branded<'Cell'>
export type RunId = Branded<'Run'>
export type ResultId = Branded<'Result'>
export type KernelId = Branded<'Kernel'>
export type ComputeId = Branded<'Compute'>
export type ScheduleId = Branded<'Schedule'>
export type WorkflowId = Branded<'Workflow'>
export type DashboardId = Branded<'Dashboard'>
export type TileId = Branded<'Tile'>
export type ShareId = Branded<'Share'>
export type ThreadId = Branded<'Thread'>
export type CommentId = Branded<'Comment'>
export type VersionId = Branded<'Version'>
export type ComparisonId = Branded<'Comparison'>

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
export const isUuid = (text: string): boolean => uuid.test(text)

/** Cell ids are 1 to 64 of [A-Za-z0-9_-] between letters or digits: nbformat's ids fit, `../` and `__proto__` do not. */
const cellId = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/
export const isCellId = (text: string): text is CellId => cellId.test(text)

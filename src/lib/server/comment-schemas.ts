/** Schemas of comments, for the API's routes and its document. Who writes is never in a body: it is the session's. */
import { z } from 'zod'
import { COMMENT_MAX, MENTIONS_MAX, QUOTE_MAX } from '#lib/domain/comment.ts'
import { isCellId, type CellId, type ResultId, type RunId } from '#lib/domain/ids.ts'
import { instant } from './api-schemas.ts'

const clock = z.int().min(0)
const itemId = z.strictObject({ client: clock, clock })
const position = z.strictObject({ type: itemId.nullish(), item: itemId.nullish(), assoc: z.int().min(-1).max(0).nullish() })
  .meta({ id: 'TextPosition', description: 'A Yjs relative position in the cell’s text: it moves with the letters around it.' })

const textAnchor = z.strictObject({ kind: z.literal('text'), start: position, end: position })
const anchorField = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cell') }),
  textAnchor,
  z.strictObject({ kind: z.literal('output'), runId: z.uuid().transform((id) => id as RunId) }),
  z.strictObject({ kind: z.literal('row'), resultId: z.uuid().transform((id) => id as ResultId), row: z.int().min(0) }),
]).meta({ id: 'CommentAnchor', description: 'The place: the cell, a piece of its text, the output of a run, or a row of a result in its stored order.' })

/** As it is told: positions pass through as they were stored. */
const shownAnchor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cell') }),
  z.object({ kind: z.literal('text'), start: z.unknown(), end: z.unknown() }),
  z.object({ kind: z.literal('output'), runId: z.uuid() }),
  z.object({ kind: z.literal('row'), resultId: z.uuid(), row: z.int() }),
]).meta({ id: 'ShownAnchor', description: 'As a CommentAnchor.' })

const bodyField = z.string().max(COMMENT_MAX * 2).meta({ description: 'Plain text, at most 10,000 characters. People are called as `@Name`.', example: 'Should this be per carrier, @Ada Lovelace?' })
const mentionsField = z.array(z.string().max(64)).max(MENTIONS_MAX).default([])
  .meta({ description: 'Ids of members whom the text calls as `@Name`. Others are left out.' })

export const commentBody = z.strictObject({ body: bodyField, mentions: mentionsField })
const cellIdField = z.string().refine(isCellId, 'is not a cell id').transform((id) => id as CellId)
export const placeBody = z.strictObject({ cellId: cellIdField, anchor: textAnchor })
export const startThreadBody = commentBody.extend({
  cellId: cellIdField,
  anchor: anchorField,
  quote: z.string().max(QUOTE_MAX * 4).default('').meta({ description: 'What stands at the place now: shown when it is gone. The first 500 characters are kept.' }),
})

const comment = z.object({
  id: z.uuid(), author: z.object({ id: z.string().nullable(), name: z.string() }),
  body: z.string().meta({ description: 'Empty when it was deleted.' }), mentions: z.array(z.object({ id: z.string(), name: z.string() })),
  createdAt: instant, editedAt: instant.nullable(), deletedAt: instant.nullable(),
}).meta({ id: 'Comment' })

export const threadSchema = z.object({
  id: z.uuid(), notebookId: z.uuid(), cellId: z.string(), anchor: shownAnchor, quote: z.string(),
  createdAt: instant, resolvedAt: instant.nullable(), resolvedBy: z.string().nullable().meta({ description: 'A name.' }), comments: z.array(comment),
}).meta({ id: 'Thread' })

export const inboxSchema = z.object({
  unread: z.int(),
  mentions: z.array(z.object({
    id: z.uuid(), threadId: z.uuid(), commentId: z.uuid(), notebookId: z.uuid(), notebookTitle: z.string(), workspaceSlug: z.string(), workspaceName: z.string(),
    author: z.string(), body: z.string(), createdAt: instant, readAt: instant.nullable(),
  }).meta({ id: 'Mention' })).meta({ description: 'The newest 50.' }),
}).meta({ id: 'Inbox' })

/** Schemas of links and embeds. */
import { z } from 'zod'
import { EXPIRY_DAYS_MAX, ORIGINS_MAX, SHARE_KINDS } from '#lib/domain/share.ts'
import { instant } from './api-schemas.ts'

const expiresInDays = z.int().min(1).max(EXPIRY_DAYS_MAX).nullable().optional().meta({ description: 'Null: it does not end. Absent: 30 days for a notebook, no end for an embed.' })
const allowedOrigins = z.array(z.string().max(300)).max(ORIGINS_MAX).meta({ description: 'Sites that may show it in a frame.', example: ['https://www.example.com'] })

export const createShareBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('notebook'), notebookId: z.uuid(), expiresInDays }),
  z.strictObject({ kind: z.literal('dashboard'), dashboardId: z.uuid(), allowedOrigins, expiresInDays }),
  z.strictObject({ kind: z.literal('tile'), tileId: z.uuid(), allowedOrigins, expiresInDays }),
])

export const newShareSchema = z.object({
  id: z.uuid(),
  path: z.string().meta({ description: 'The link, after the host. Its token is shown this once.' }),
  expiresAt: instant.nullable(),
}).meta({ id: 'NewShare' })

export const shareSchema = z.object({
  id: z.uuid(), kind: z.enum(SHARE_KINDS), title: z.string(), notebookId: z.uuid().nullable(), dashboardId: z.uuid().nullable(), tileId: z.uuid().nullable(),
  allowedOrigins: z.array(z.string()), expiresAt: instant.nullable(), lastUsedAt: instant.nullable(), createdBy: z.string().nullable(), createdAt: instant,
}).meta({ id: 'Share' })

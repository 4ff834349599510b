/** Schemas that several API routes share. `.meta({ id })` names them in the OpenAPI document. */
import { z } from 'zod'
import { EXPORT_FORMATS } from '#lib/domain/export-file.ts'
import { FOLDER_MAX, TITLE_MAX } from '#lib/domain/notebook.ts'
import { ROLES } from '#lib/domain/member.ts'

export const instant = z.string().meta({ format: 'date-time' })
export const role = z.enum(ROLES).meta({ description: 'From most to least able: owner, editor, runner, commenter, viewer.' })

export const idParams = z.strictObject({ id: z.uuid() })
/** A workspace is named by its id or by the slug of its address. */
export const workspaceParams = z.strictObject({ id: z.string().max(40).meta({ description: 'Id or slug of the workspace.', example: 'harbour' }) })

export const workspaceSchema = z.object({ id: z.uuid(), slug: z.string(), name: z.string(), role }).meta({ id: 'Workspace' })
export const memberSchema = z.object({ userId: z.string(), name: z.string(), email: z.string(), role, since: instant }).meta({ id: 'Member' })

export const titleField = z.string().max(TITLE_MAX).meta({ example: 'Delays by carrier' })
export const folderField = z.string().max(FOLDER_MAX).meta({ description: 'A path like reports/weekly; empty for the top.', example: 'reports/weekly' })

export const exportQuery = z.strictObject({ format: z.enum(EXPORT_FORMATS).default('ipynb').meta({ description: 'A Jupyter notebook (nbformat 4.5), Python text with `# %%` between cells, or Markdown.' }) })

export const notebookSchema = z.object({
  id: z.uuid(), workspaceId: z.uuid(), title: z.string(), folder: z.string(),
  createdAt: instant, updatedAt: instant, trashedAt: instant.nullable(),
}).meta({ id: 'Notebook' })

export const tokenSchema = z.object({
  id: z.string(), name: z.string(), start: z.string().meta({ description: 'The first letters of the token, to tell tokens apart.' }),
  createdAt: instant, expiresAt: instant.nullable(), lastUsedAt: instant.nullable(),
}).meta({ id: 'Token' })

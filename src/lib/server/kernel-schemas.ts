/** Schemas of what a kernel is asked between cells. */
import { z } from 'zod'
import { KERNEL_STATES } from '#lib/domain/kernel.ts'
import { CODE_MAX } from '#lib/domain/kernel-question.ts'
import { idParams, instant } from './api-schemas.ts'
import { kernelSchema } from './run-schemas.ts'

const answered = <T extends z.ZodType>(answer: T) => z.object({
  kernel: z.enum(KERNEL_STATES),
  answer: answer.nullable().meta({ description: 'Null while the kernel is busy or absent, or when it did not answer in time.' }),
})

export const kernelReadingSchema = kernelSchema.extend({
  meter: z.object({
    bytes: z.number(), peakBytes: z.number(), limitBytes: z.number().nullable().meta({ description: 'A kernel that takes more is ended.' }),
    cpuPercent: z.number().meta({ description: 'Of one core.' }),
  }).nullable(),
}).meta({ id: 'KernelReading' })

export const packageSchema = z.object({ name: z.string(), version: z.string().nullable(), requirement: z.string(), installedAt: instant }).meta({ id: 'Package' })
export const packageParams = idParams.extend({ name: z.string().min(1).max(100) })

export const atCursorBody = z.strictObject({
  code: z.string().max(CODE_MAX),
  cursor: z.int().min(0).meta({ description: 'Where the text cursor is, in UTF-16 units as JavaScript counts.' }),
})

export const completionsSchema = answered(z.object({
  start: z.int(), end: z.int(), items: z.array(z.object({ text: z.string(), type: z.string(), signature: z.string() })),
})).meta({ id: 'Completions' })

export const inspectionSchema = answered(z.object({ signature: z.string().nullable(), type: z.string().nullable(), doc: z.string().nullable() })).meta({ id: 'Inspection' })

export const variablesSchema = answered(z.object({
  variables: z.array(z.object({
    name: z.string(), type: z.string(), bytes: z.number().nullable(),
    shape: z.string().nullable().meta({ description: 'Length, or rows × columns.', example: '3,000 × 12' }),
    preview: z.string().nullable().meta({ description: 'Only for people who may run.' }),
  })),
  isCut: z.boolean(),
})).meta({ id: 'Variables' })

export const catalogSchema = answered(z.object({
  tables: z.array(z.object({ schema: z.string().nullable(), name: z.string(), isView: z.boolean(), columns: z.array(z.object({ name: z.string(), type: z.string() })) })),
  isComplete: z.boolean(),
})).meta({ id: 'Catalog' })

/** The account of the person who runs DataHarbour on their own machine. It has no password: only the one-time link opens it. */
import type { UserId } from '#lib/domain/ids.ts'

export const OWNER = { id: 'local-owner' as UserId, name: 'Harbour Owner', email: 'owner@dataharbour.local' }

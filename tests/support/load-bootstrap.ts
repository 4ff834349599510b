/**
 * The bootstrap is plain JavaScript (it runs before anything is installed), so it has no types: tests load
 * its files through here.
 */
import { fileURLToPath } from 'node:url'

export const BOOTSTRAP = fileURLToPath(new URL('../../server/bootstrap/', import.meta.url))

export const loadBootstrap = (file: string): Promise<any> => import(/* @vite-ignore */ `${BOOTSTRAP}${file}`)

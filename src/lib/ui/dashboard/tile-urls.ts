/** Where a tile's data comes from: the API for members; for an embed, its own addresses with the token. */
import type { Tile } from '#lib/domain/dashboard.ts'

export interface TileUrls {
  page: string
  chart: string
}

export type UrlsOf = (tile: Tile) => TileUrls

export const memberUrls: UrlsOf = ({ result }) => ({ page: `/api/v1/results/${result?.id}/page`, chart: `/api/v1/results/${result?.id}/chart` })

export const embedUrls = (token: string): UrlsOf => (tile) => {
  const base = `/embed/${token}/tiles/${tile.id}`
  return { page: `${base}/page?result=${tile.result?.id}`, chart: `${base}/chart?result=${tile.result?.id}` }
}

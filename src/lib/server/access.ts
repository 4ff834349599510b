/** Which routes a stranger may open. Everything else needs someone who is signed in, or for the API a guest of a link. */
const PUBLIC: RegExp[] = [
  /^\/$/,
  /^\/\(auth\)\//,
  /^\/healthz$/,
  /^\/docs$/,
  /^\/api\/v1\/openapi\.json$/,
  // An empty frame for the HTML of outputs; it holds no data.
  /^\/sandbox\//,
  // These admit by their own token.
  /^\/share\//,
  /^\/embed\//,
  /^\/\(app\)\/\[workspace\]\/compute\/\[id\]\/spark-ui\/p\//,
]

export const isPublic = (routeId: string): boolean => PUBLIC.some((pattern) => pattern.test(routeId))
export const isApi = (path: string): boolean => path.startsWith('/api/')

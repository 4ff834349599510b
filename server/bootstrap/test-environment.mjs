// The environment of `npm test`: the developer's own without what is set in it for the product,
// for the tests would work on that database, that object store, that port.
// What finds tools (mirrors, a Java, a Python, a browser, caches) stays: a test run fetches the same parts.
// A unit test holds this against .env.example, so that a new setting is kept out too.
const toolSettings = /^(PYTHON_BASE|MAVEN_MIRROR|CHROMIUM_PATH|XDG_CACHE_HOME|JAVA_HOME|PIP_\w+)$/
const productSettings =
  /^(PORT|HOST|WEB_PROCESSES|PUBLIC_URL|TRUSTED_PROXIES|DATABASE_URL|AUTH_SECRET|SIGN_UP|COMPUTE_IDLE_MS|PYTHON|WORKER_HOST|DUCKDB_EXTENSIONS|(DATAHARBOUR|S3|SPARK|KERNEL|LOG)_\w+)$/
/** Read by the clients of Postgres and of object stores themselves, below what we tell them. */
const clientSettings = /^(PG[A-Z]+|AWS_\w+|MINIO_\w+)$/

export const isToolSetting = (name) => toolSettings.test(name)

export function testEnvironment(env) {
  const kept = ([name, value]) => value !== '' && !productSettings.test(name) && !clientSettings.test(name)
  return Object.fromEntries(Object.entries(env).filter(kept))
}

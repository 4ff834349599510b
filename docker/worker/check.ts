/** The health check of the worker's container: exit 0 when the worker of this host has beaten within 20 s by the clock of Postgres. */
import postgres from 'postgres'
import { configOrExit, hostName } from '#server/config.ts'

const sql = postgres(configOrExit().databaseUrl, { max: 1, connect_timeout: 5, onnotice: () => {} })
const beats = await sql`select 1 from workers where host = ${hostName()} and beat_at > now() - interval '20 seconds' limit 1`
await sql.end()
process.exit(beats.length > 0 ? 0 : 1)

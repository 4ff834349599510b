/** Every table, for drizzle. */
export * from './auth.ts'
export * from './workspaces.ts'
export * from './notebooks.ts'
export * from './runs.ts'
export * from './compute.ts'
export * from './schedules.ts'
export * from './dashboards.ts'

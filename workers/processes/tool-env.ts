/** What a tool of the system is given as its environment. Without it a child has the worker's own, which cells could read in /proc [S26]. */
export const TOOL_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin' }

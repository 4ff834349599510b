/**
 * The Welcome notebook: what a new person sees first. Each cell teaches one thing on real data (3 million US flights
 * of 2001, their airports, and Seattle's weather), from a question in SQL to a schedule and a link.
 */
import type { Cell, CellKind } from '#lib/domain/cell.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'

/** Fixed, so that the seed makes it once and the sign-in link finds it. */
export const WELCOME_ID = '0da7a4a2-b002-4000-8000-000000000001' as NotebookId

const cell = (id: string, kind: CellKind, source: string): Cell => ({ id: `welcome-${id}` as CellId, kind, source: source.trim() })

export const WELCOME: NotebookText = {
  title: 'Welcome',
  cells: [
    cell('hello', 'markdown', `
# Welcome to DataHarbour

This notebook runs on Spark. Its results below are real: they were computed when DataHarbour started for the first time.

- Press **Shift+Enter** in a cell to run it and go on to the next.
- Open this page in a second window: both see the same text, cursors and results, live.
- Every table a cell shows is kept as a Delta table. Sort it, filter it, or look at it as a chart; Spark is not asked again.
`),
    cell('ask', 'sql', `
-- Three million flights: which busy airports had the longest delays?
SELECT a.name AS airport, a.state, count(*) AS flights, round(avg(f.delay), 1) AS mean_delay_min
FROM samples.flights f
JOIN samples.airports a ON a.iata = f.origin
GROUP BY a.name, a.state
HAVING count(*) > 20000
ORDER BY mean_delay_min DESC
`),
    cell('python-note', 'markdown', `
## The same data in Python

\`spark\` is there without any set-up, and SQL and Python cells share one session. The last expression of a cell is shown; \`display(…)\` shows more than one thing.
`),
    cell('python', 'python', `
from pyspark.sql import functions as F

by_hour = (
    spark.table("samples.flights")
    .groupBy(F.hour("date").alias("hour"))
    .agg(F.count("*").alias("flights"), F.round(F.avg("delay"), 1).alias("mean_delay"))
    .orderBy("hour")
)
by_hour.createOrReplaceTempView("delays_by_hour")
by_hour
`),
    cell('view', 'sql', `
-- The view that the Python cell made
SELECT hour, flights, mean_delay FROM delays_by_hour WHERE mean_delay > 10 ORDER BY mean_delay DESC
`),
    cell('picture', 'python', `
import matplotlib.pyplot as plt

hours = by_hour.toPandas()
fig, ax = plt.subplots(figsize=(8, 3))
ax.bar(hours["hour"], hours["mean_delay"], color="#0e7d95")
ax.set(xlabel="hour of departure", ylabel="mean delay (minutes)", title="Delays pile up through the day")
plt.show()
`),
    cell('next', 'markdown', `
## Where to go from here

- **Schedule** (clock in the bar above) runs this notebook on its own, each time in a fresh kernel.
- **Share** makes a link. Whoever has it sees the text, the cursors and the results, and can change nothing.
- **Dashboards** collect charts and tables from notebooks; any of them can stand in a page of yours.
- **New notebook** on the first page starts an empty one. This one is yours to change.
`),
  ],
}

/**
 * The Welcome notebook: what a new person sees first. Each cell teaches one thing on real data (3 million US flights
 * of 2001 and their airports), from a question in SQL to a schedule and a link.
 */
import type { Cell, CellKind } from '#lib/domain/cell.ts'
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import type { NotebookText } from '#lib/domain/notebook.ts'

/** Fixed, so that the seed makes it once and the sign-in link finds it. */
export const WELCOME_ID = '0da7a4a2-b002-4000-8000-000000000001' as NotebookId

const id = (name: string): CellId => `welcome-${name}` as CellId
const cell = (name: string, kind: CellKind, source: string): Cell => ({ id: id(name), kind, source: source.trim() })

const MONTHS_CHART = { cellId: id('months'), mark: 'line', x: 'period', y: 'mean_delay', color: 'origin', aggregate: 'none' }

export const WELCOME: NotebookText = {
  title: 'Welcome',
  cells: [
    cell('hello', 'markdown', `
# Welcome to DataHarbour

Everything below was computed by Spark when DataHarbour started here for the first time, on three million real flights.

- Press **Shift+Enter** in a cell to run it and go on to the next.
- Open this page in a second window: both see the same text, cursors and results, live.
- A table is kept as a Delta table. Sort it, filter it or draw it; Spark is not asked again.
`),
    cell('ask', 'sql', `
-- Which busy airports had the longest delays?
SELECT a.name AS airport, a.state, count(*) AS flights, round(avg(f.delay), 1) AS mean_delay
FROM samples.flights f
JOIN samples.airports a ON a.iata = f.origin
GROUP BY a.name, a.state
HAVING count(*) > 20000
ORDER BY mean_delay DESC
`),
    cell('python-note', 'markdown', `
## The same data in Python

\`spark\` is there without any set-up. The last line of a cell is shown; \`display(…)\` shows more than one thing. \`dataharbour.transformations\` and \`dataharbour.analysis\` hold steps that are ready to use.
`),
    cell('months', 'python', `
from dataharbour.analysis import cohort_delays
from dataharbour.transformations import clean

flights = clean(spark.table("samples.flights"), bounds={"delay": (-60, 1440)})
months = cohort_delays(flights.where("date < '2001-07-01'"), by="origin", count=6)
months = months.selectExpr("origin", "period", "flights", "round(mean_delay, 1) as mean_delay")
months.createOrReplaceTempView("months")
months
`),
    cell('chart', 'chart', JSON.stringify(MONTHS_CHART)),
    cell('view', 'sql', `
-- SQL cells see the views that Python cells make: which month was the worst for each airport?
SELECT origin, max_by(period, mean_delay) AS worst_month, max(mean_delay) AS mean_delay
FROM months
GROUP BY origin
ORDER BY mean_delay DESC
`),
    cell('picture', 'python', `
import matplotlib.pyplot as plt
from pyspark.sql import functions as F

by_hour = flights.groupBy(F.hour("date").alias("hour")).agg(F.avg("delay").alias("delay"))
hours = by_hour.where("hour >= 5").orderBy("hour").toPandas()
fig, ax = plt.subplots(figsize=(8, 3))
ax.bar(hours["hour"], hours["delay"], color="#0e7d95")
ax.set(xlabel="hour of departure", ylabel="mean delay in minutes")
ax.set_title("Delays pile up through the day")
plt.show()
`),
    cell('next', 'markdown', `
## Where to go from here

- **Schedule** (the clock above) runs this notebook on its own, each time in a fresh kernel.
- **Copy link** gives a live view: whoever has the link sees text, cursors and results, and can change nothing.
- **Dashboards** collect tables and charts from notebooks; any of them can stand in a page of yours.
- **New notebook**, on the first page, starts an empty one. This one is yours to change.
`),
  ],
}

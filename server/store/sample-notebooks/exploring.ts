/** Sample notebook: getting to know data (profile, correlation, cohorts, anomalies). */
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import { cellsOf, chartOf, type SampleNotebook } from './build-cells.ts'

const cell = cellsOf('exploring')

export const EXPLORING: SampleNotebook = {
  id: '0da7a4a2-b002-4000-8000-000000000004' as NotebookId,
  title: 'Explore: profile, correlation, cohorts, anomalies',
  cells: [
    cell('hello', 'markdown', `
# Explore

Four questions that one asks of data that one does not know yet, each answered by a function of \`dataharbour.analysis\` with a table that can be sorted, filtered and drawn.
`),
    cell('profile-note', 'markdown', `
## What is in it?
`),
    cell('profile', 'python', `
from dataharbour.analysis import profile

flights = spark.table("samples.flights")
profile(flights)
`),
    cell('groups', 'python', `
from dataharbour.analysis import summarize, top

display(top(flights, "origin", 10))
summarize(flights.where("origin in ('ATL', 'ORD', 'SEA')"), by="origin", value="delay")
`),
    cell('correlation-note', 'markdown', `
## What moves together?

Four years of weather in Seattle: warm days have warm nights, and little rain.
`),
    cell('correlation', 'python', `
from dataharbour.analysis import correlate

weather = spark.table("samples.weather")
correlate(weather, ["temp_max", "temp_min", "precipitation", "wind"])
`),
    cell('cohorts-note', 'markdown', `
## Who stays?

A cohort is all that began in the same period. Here it is routes, by the month of their first flight: how many of them are still flown later?
`),
    cell('cohorts', 'python', `
from dataharbour.analysis import cohorts

routes = cohorts(flights.where("date < '2001-07-01'"), who=["origin", "destination"], at="date", period="month")
routes.createOrReplaceTempView("routes")
routes
`),
    cell('cohorts-chart', 'chart', chartOf({ cellId: 'exploring-cohorts' as CellId, mark: 'line', x: 'step', y: 'share', color: 'cohort' })),
    cell('airports', 'python', `
from dataharbour.analysis import cohort_delays

cohort_delays(flights.where("date < '2001-07-01'"), by="origin", count=6)
`),
    cell('anomalies-note', 'markdown', `
## What is out of the ordinary?

\`find_anomalies\` judges each value by what came before it only, so it can be used on a schedule: a day whose mean delay lies more than three spreads from that of the four weeks before.
`),
    cell('anomalies', 'python', `
from pyspark.sql import functions as F
from dataharbour.analysis import find_anomalies

days = flights.where("date < '2001-07-01'").groupBy(F.to_date("date").alias("day")).agg(F.avg("delay").alias("delay"), F.count("*").alias("flights"))
find_anomalies(days, value="delay", order_by="day", window=28, threshold=3.0)
`),
  ],
}

/** Sample notebook: three million flights made fit for use (clean, join, check), with a look back over days. */
import type { CellId, NotebookId } from '#lib/domain/ids.ts'
import { cellsOf, chartOf, type SampleNotebook } from './build-cells.ts'

const cell = cellsOf('flights')

export const FLIGHTS: SampleNotebook = {
  id: '0da7a4a2-b002-4000-8000-000000000002' as NotebookId,
  title: 'Flights: clean, join, check',
  cells: [
    cell('hello', 'markdown', `
# Flights: clean, join, check

From three million raw flights to a table that one can rely on, with the functions of \`dataharbour.transformations\`. **Run all** takes a minute. Each function tells more about itself: \`help(clean)\`.
`),
    cell('clean', 'python', `
from dataharbour.transformations import clean

raw = spark.table("samples.flights")
flights = clean(
    raw,
    required=["date", "origin", "destination"],  # a row without one of these says nothing
    bounds={"delay": (-60, 1440)},               # an hour early to a day late; what lies outside is a slip
)
print(f"{raw.count():,} rows before, {flights.count():,} after")
`),
    cell('join-note', 'markdown', `
## Join

\`lookup\` adds columns of a small table by key and never changes the number of rows: a flight whose airport is unknown stays, with nothing added.
`),
    cell('join', 'python', `
from dataharbour.transformations import lookup

airports = spark.table("samples.airports")
trips = lookup(flights, airports, on={"origin": "iata"}, take=["city", "state"], prefix="origin_")
trips = lookup(trips, airports, on={"destination": "iata"}, take=["city", "state"], prefix="destination_")
trips.createOrReplaceTempView("trips")
trips.limit(1000)
`),
    cell('check-note', 'markdown', `
## Check

Rules are plain values, and all of them are counted in one pass. \`require_quality\` with the same rules stops a run whose data breaks them: the way to guard a schedule.
`),
    cell('check', 'python', `
from dataharbour.transformations import check_quality, require_quality

rules = [
    {"rule": "at_least", "rows": 1_000_000},
    {"rule": "not_null", "column": "origin_city"},
    {"rule": "between", "column": "delay", "low": -60, "high": 1440},
    {"rule": "between", "column": "distance", "low": 1, "high": 6000},
    {"rule": "matches", "column": "origin", "pattern": "^[A-Z0-9]{3}$"},
]
check_quality(trips, rules)
`),
    cell('guard', 'python', `
require_quality(trips, [rule for rule in rules if rule["rule"] != "not_null"])
print("The rules that must hold do.")
`),
    cell('window-note', 'markdown', `
## Look back

\`add_window_features\` adds what the rows before say: moving means, the value of a week ago, a running total, the rank.
`),
    cell('window', 'python', `
from pyspark.sql import functions as F
from dataharbour.transformations import add_window_features

days = trips.where("date < '2001-07-01'").groupBy(F.to_date("date").alias("day")).agg(F.count("*").alias("flights"), F.avg("delay").alias("delay"))
daily = add_window_features(days, "delay", order_by="day", sizes=(7,), lags=(7,)).orderBy("day")
daily.createOrReplaceTempView("daily")
daily
`),
    cell('chart', 'chart', chartOf({ cellId: 'flights-window' as CellId, mark: 'line', x: 'day', y: 'delay_mean_7' })),
    cell('cities', 'sql', `
-- Views that Python cells make are there in SQL: the routes with the longest delays
SELECT origin_city, destination_city, count(*) AS flights, round(avg(delay), 1) AS mean_delay
FROM trips
GROUP BY origin_city, destination_city
HAVING count(*) > 2000
ORDER BY mean_delay DESC
`),
  ],
}

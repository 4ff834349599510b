/** Sample notebook: tables that grow step by step (increments, merge), their history, and why running again is safe. */
import type { NotebookId } from '#lib/domain/ids.ts'
import { cellsOf, type SampleNotebook } from './build-cells.ts'

const cell = cellsOf('loading')

export const LOADING: SampleNotebook = {
  id: '0da7a4a2-b002-4000-8000-000000000003' as NotebookId,
  title: 'Load step by step: merge and increments',
  cells: [
    cell('hello', 'markdown', `
# Load step by step

A schedule that runs every night should bring in what is new, once, and be safe to run again. This notebook builds two tables in the schema \`tutorial\` of this workspace that way. Run it twice: the second time no flight is loaded and no airport is added again.
`),
    cell('schema', 'sql', `
CREATE SCHEMA IF NOT EXISTS tutorial
`),
    cell('increment-note', 'markdown', `
## Increments

\`load_incremental\` appends only rows that are newer than the newest in the table. The source here grows from cell to cell, as a real one does from night to night. What comes late, as old as the newest row in the table or older, is not loaded: where that happens, merge by key as below.
`),
    cell('first', 'python', `
from dataharbour.transformations import load_incremental

flights = spark.table("samples.flights").where("origin = 'SEA'")
load_incremental(flights.where("date < '2001-02-01'"), "tutorial.flights", newer_by="date")
`),
    cell('second', 'python', `
load_incremental(flights.where("date < '2001-04-01'"), "tutorial.flights", newer_by="date")
`),
    cell('again', 'python', `
again = load_incremental(flights.where("date < '2001-04-01'"), "tutorial.flights", newer_by="date")
assert again["loaded"] == 0, "the same source again brings nothing new"
again
`),
    cell('months', 'sql', `
SELECT date_format(date, 'yyyy-MM') AS month, count(*) AS flights, max(date) AS newest
FROM tutorial.flights
GROUP BY 1
ORDER BY 1
`),
    cell('merge-note', 'markdown', `
## Merge

\`upsert\` writes by key: rows that are known are changed where they differ, others are added, all in one commit.
`),
    cell('merge', 'python', `
from pyspark.sql import functions as F
from dataharbour.transformations import upsert

airports = spark.table("samples.airports").select("iata", "name", "city", "state")
upsert(airports, "tutorial.airports", keys=["iata"])
`),
    cell('correct', 'python', `
corrections = airports.where("state = 'HI'").withColumn("name", F.concat("name", F.lit(" Airport")))
new = spark.createDataFrame([("XHB", "Harbour", "Harbour", "WA")], "iata string, name string, city string, state string")
upsert(corrections.unionByName(new), "tutorial.airports", keys=["iata"])
`),
    cell('result', 'sql', `
SELECT * FROM tutorial.airports
WHERE state = 'HI' OR iata = 'XHB'
ORDER BY iata
`),
    cell('history-note', 'markdown', `
## History

Each commit is a version, and any of them can be asked. *Data* in the menu shows the same versions, with Spark asleep.
`),
    cell('history', 'python', `
spark.sql("DESCRIBE HISTORY tutorial.airports").select("version", "timestamp", "operation").orderBy("version")
`),
    cell('travel', 'sql', `
SELECT 'at first' AS at, count(*) AS airports FROM tutorial.airports VERSION AS OF 0
UNION ALL
SELECT 'now', count(*) FROM tutorial.airports
`),
  ],
}

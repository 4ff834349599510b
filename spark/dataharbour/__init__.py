"""DataHarbour's Python side: the kernels' start-up and display hooks, the launch of the embedded
Spark, the sample tables, and functions for a notebook's cells (`transformations`, `analysis`).

Nothing is imported here: a kernel must be ready before Spark, pandas or Delta are loaded.
"""

"""Errors are shown so that a person finds the line of the cell and reads one message."""

from dataharbour.kernel.tracebacks import clean, overtaken, spark_message

ANALYSIS = """[TABLE_OR_VIEW_NOT_FOUND] The table or view `nope` cannot be found. SQLSTATE: 42P01; line 2 pos 14;
'Project [*]
+- 'UnresolvedRelation [nope], [], false


JVM stacktrace:
org.apache.spark.sql.catalyst.ExtendedAnalysisException
\tat org.apache.spark.sql.Some.method(Some.scala:1)"""


def test_a_spark_message_loses_its_plan_and_counts_lines_in_the_cell():
    message, jvm = spark_message(ANALYSIS, first_line=4)
    assert message == "[TABLE_OR_VIEW_NOT_FOUND] The table or view `nope` cannot be found. SQLSTATE: 42P01; line 5, column 15"
    assert jvm.startswith("org.apache.spark.sql.catalyst.ExtendedAnalysisException\n\tat")


def test_a_message_without_position_or_trace_is_kept():
    assert spark_message("[SOME_ERROR] It went wrong: a; b\nand more", 1) == ("[SOME_ERROR] It went wrong: a; b\nand more", None)


def test_both_ways_in_which_spark_counts_columns_become_those_of_an_editor():
    assert spark_message("Syntax error. (line 1, pos 0)", 3)[0] == "Syntax error. (line 3, column 1)"
    assert spark_message("Division by zero.\n== SQL (line 1, position 8) ==", 2)[0] == "Division by zero.\n== SQL (line 2, column 8) =="


def test_a_spark_that_went_away_is_one_sentence():
    from pyspark.errors.exceptions.connect import SparkConnectGrpcException

    error = SparkConnectGrpcException("<_MultiThreadedRendezvous of RPC that terminated with:\n\tstatus = StatusCode.UNAVAILABLE\n>")
    message, entries = clean(type(error), error, ["SparkConnectGrpcException: <_Multi…"], "spark.range(1).count()", 1)
    assert message.startswith("Spark went away while it worked for this cell.")
    assert entries == [f"SparkConnectGrpcException: {message}"]


LOST = "[DELTA_CONCURRENT_APPEND.WITHOUT_HINT] Transaction conflict detected. a concurrent UPDATE added data to table `spark_catalog`.`sales`.`orders` committed at version 2. The concurrent operation modified data."


def test_a_write_that_another_overtook_says_what_was_kept_and_what_to_do():
    assert overtaken(LOST).startswith("Another cell or run changed sales.orders while this one was writing to it. Nothing of this write was kept,")
    assert overtaken("[DELTA_METADATA_CHANGED] MetadataChangedException: The metadata of the Delta table sales.orders has been changed by a concurrent update.").startswith("Another cell or run changed sales.orders ")
    assert overtaken("[DELTA_MAX_COMMIT_RETRIES_EXCEEDED] This commit has failed as it has been tried 9 times").startswith("Another cell or run changed the table ")
    assert overtaken("[DELTA_CONCURRENT_TRANSACTION] This error occurs when multiple streaming queries are using the same checkpoint") is None


def test_cell_frames_come_first_without_their_number_and_our_frames_are_gone():
    entries = [
        "-" * 75,
        "ValueError   Traceback (most recent call last)",
        "File /x/dataharbour/kernel/show.py:3, in show()\n  1 a",
        "File /lib/other.py:9, in f()\n  9 b",
        "\x1b[36mCell\x1b[39m \x1b[32mIn[12]\x1b[39m, line 3\n  3 c",
        "ValueError: no",
    ]
    message, cleaned = clean(ValueError, ValueError("no"), entries, "c()", 1)
    assert message == "no"
    assert cleaned == ["Cell, line 3\n  3 c", "File /lib/other.py:9, in f()\n  9 b", "ValueError: no"]


def test_a_sql_cell_shows_no_frames():
    entries = ["Cell In[1], line 1\n x", "File /lib/a.py:1, in f()\n y", "ValueError: no"]
    assert clean(ValueError, ValueError("no"), entries, "%%sql\nselect 1", 1)[1] == ["ValueError: no"]


def test_a_chain_of_errors_keeps_its_order():
    cause = "\nThe above exception was the direct cause of the following exception:\n"
    entries = ["File /lib/a.py:1\n a", "Cell In[1], line 2\n b", "KeyError: 1", cause, "Cell In[1], line 4\n c", "ValueError: 2"]
    _, cleaned = clean(ValueError, ValueError("2"), entries, "", 1)
    assert cleaned == ["Cell, line 2\n b", "File /lib/a.py:1\n a", "KeyError: 1", cause, "Cell, line 4\n c", "ValueError: 2"]


def test_a_stopped_cell_says_only_that():
    entries = ["Cell In[1], line 1\n x", "File /lib/grpc.py:1\n y", "KeyboardInterrupt: "]
    assert clean(KeyboardInterrupt, KeyboardInterrupt(), entries, "", 1) == ("Stopped.", ["Cell, line 1\n x", "Stopped."])

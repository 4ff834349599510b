"""A store that does not answer is known by what those who speak to it say, as it was recorded; one that refuses is not."""

from types import SimpleNamespace

import pytest
from pyspark.errors.exceptions.connect import AnalysisException, SparkConnectGrpcException, UnknownException

from dataharbour.kernel.store_result import ResultNotStored
from dataharbour.kernel.tracebacks import clean, store_sentence
from dataharbour.storage import Storage
from dataharbour.store_away import NOT_TOLD, SENTENCE, is_store_away

STORE = Storage("http://127.0.0.1:48087", "dataharbour")
REFUSED = (
    "(java.net.ConnectException) listObjects() on s3a://dataharbour/samples/flights/_delta_log: software.amazon.awssdk.core.exception.SdkClientException: "
    "Unable to execute HTTP request: Connect to 127.0.0.1:48087 [/127.0.0.1] failed: Connection refused (SDK Attempt Count: 3)"
)
STACK = "\n\nJVM stacktrace:\njava.net.ConnectException\n\tat org.apache.hadoop.fs.s3a.Listing.next(Listing.java:655)"
OF_A_TASK = (
    "Job aborted due to stage failure: Task 0 in stage 3.0 failed 1 times, most recent failure: Lost task 0.0 in stage 3.0 (TID 9) (10.0.0.1 executor driver): "
    "java.net.ConnectException: re-open s3a://dataharbour/ws/w/tables/t/part-0.parquet at 4 on s3a://dataharbour/ws/w/tables/t/part-0.parquet: Connection refused"
)
BY_SPARK = [
    REFUSED,
    OF_A_TASK,
    "(java.net.UnknownHostException) getFileStatus on s3a://dataharbour/samples: software.amazon.awssdk.core.exception.SdkClientException: Received an UnknownHostException when attempting to interact with a service: minio",
    "(org.apache.hadoop.fs.s3a.AWSApiCallTimeoutException) listObjects() on s3a://dataharbour/x: Client execution did not complete before the specified timeout configuration: 20000 millis",
    "(org.apache.hadoop.fs.s3a.AWSServiceThrottledException) PUT on s3a://dataharbour/x: S3Exception: Please reduce your request rate. (Service: S3, Status Code: 503, Request ID: 1)",
    "(java.net.SocketException) PUT 0-byte object on s3a://dataharbour/x: Connection reset",
]


@pytest.mark.parametrize("text", BY_SPARK)
def test_what_comes_through_spark(text):
    assert is_store_away(UnknownException(text), STORE)
    assert not is_store_away(UnknownException(text.replace("dataharbour", "elsewhere").replace("48087", "9")), STORE)


def test_a_cause_that_is_only_in_the_stack():
    error = SparkConnectGrpcException("[TASK_WRITE_FAILED] Task failed while writing rows to s3a://dataharbour/ws/w/tables/t.")
    assert not is_store_away(error, STORE)
    error._stacktrace = "org.apache.spark.SparkException\n\tat a\nCaused by: java.net.ConnectException: Connection refused"
    assert is_store_away(error, STORE)


REFUSALS = [
    "(java.nio.file.AccessDeniedException) s3a://dataharbour/x: getFileStatus on s3a://dataharbour/x: software.amazon.awssdk.services.s3.model.S3Exception: (Service: S3, Status Code: 403, Request ID: 1)",
    "(org.apache.hadoop.fs.s3a.AWSStatus500Exception) PUT on s3a://dataharbour/x: S3Exception: Storage backend has reached its minimum free drive threshold. (Service: S3, Status Code: 507): XMinioStorageFull",
    "[DELTA_PATH_DOES_NOT_EXIST] s3a://dataharbour/x doesn't exist, or is not a Delta table.",
    "[CAST_INVALID_INPUT] The value 'connection refused' of the type \"STRING\" cannot be cast to \"INT\".",
]


@pytest.mark.parametrize("text", REFUSALS)
def test_what_is_not_the_stores_absence(text):
    assert not is_store_away(SparkConnectGrpcException(text), STORE)


def test_the_stages_that_a_call_passes_are_no_sign():
    error = AnalysisException("[DELTA_PATH_DOES_NOT_EXIST] s3a://dataharbour/samples/flights doesn't exist, or is not a Delta table.")
    frames = ("ApiCallTimeoutTrackingStage.execute(ApiCallTimeoutTrackingStage.java:56)", "ApiCallAttemptTimeoutTrackingStage.execute(ApiCallAttemptTimeoutTrackingStage.java:78)")
    error._stacktrace = "software.amazon.awssdk.services.s3.model.NoSuchKeyException: null (Service: S3, Status Code: 404, Request ID: 1)" + "".join(
        f"\n\tat software.amazon.awssdk.core.internal.http.pipeline.stages.{frame}" for frame in frames)
    assert not is_store_away(error, STORE)


def of_library(module, name, text):
    return type(name, (Exception,), {"__module__": module})(text)


BY_LIBRARIES = [
    OSError("Generic S3 error: Error performing PUT http://127.0.0.1:48087/dataharbour/x/_delta_log/0.json in 8s, after 2 retries, max_retries: 2, retry_timeout: 8s - HTTP error: error sending request"),
    OSError("When reading information for key 'x' in bucket 'dataharbour': AWS Error NETWORK_CONNECTION during HeadObject operation: curlCode: 7, Couldn't connect to server"),
    of_library("botocore.exceptions", "EndpointConnectionError", 'Could not connect to the endpoint URL: "http://127.0.0.1:48087/dataharbour?list-type=2"'),
    of_library(
        "urllib3.exceptions", "MaxRetryError",
        "HTTPConnectionPool(host='127.0.0.1', port=48087): Max retries exceeded with url: /dataharbour?delimiter=%2F (Caused by NewConnectionError('[Errno 111] Connection refused'))",
    ),
]  # fmt: skip


@pytest.mark.parametrize("error", BY_LIBRARIES, ids=lambda error: type(error).__module__)
def test_what_comes_of_libraries_in_this_process(error):
    assert is_store_away(error, STORE)
    assert not is_store_away(error, None)
    assert not is_store_away(error, Storage("http://store.example:9000", "other"))


def test_another_server_that_refuses_is_not_the_store():
    assert not is_store_away(ConnectionRefusedError("[Errno 111] Connection refused"), STORE)
    assert not is_store_away(OSError("error sending request for url (http://127.0.0.1:480879/x)"), STORE)
    assert not is_store_away(of_library("requests.exceptions", "ConnectionError", "127.0.0.1:48087: Connection refused"), STORE)


def test_it_is_found_behind_the_error_that_it_caused():
    outer, other = ResultNotStored("no"), ValueError("no")
    outer.__cause__ = OSError(*BY_LIBRARIES[0].args)
    assert is_store_away(outer, STORE)
    other.__context__, outer.__cause__ = outer, other
    assert not is_store_away(other, STORE)


def kernel(owes=False, storage=STORE):
    return SimpleNamespace(launch=SimpleNamespace(storage=storage), gate=SimpleNamespace(owes_tables=lambda: owes))


def test_a_cell_gets_one_sentence_and_the_jvms_stack_last():
    error = UnknownException(REFUSED + STACK)
    away = store_sentence(kernel(), error)
    message, entries = clean(type(error), error, ["Cell In[3], line 1\n  1 x", "UnknownException: …"], "x", 1, away)
    assert message == SENTENCE
    assert [entry.split("\n")[0] for entry in entries] == ["Cell, line 1", f"StoreUnavailable: {SENTENCE}", "JVM trace:"]
    assert "Listing.java:655" in entries[-1]


def test_what_says_it_better_itself_is_left_alone():
    own = ResultNotStored("The table could not be stored: the object store does not answer.")
    own.__cause__ = BY_LIBRARIES[0]
    assert store_sentence(kernel(), own) is None
    assert store_sentence(kernel(), ValueError("no")) is None


def test_a_table_that_spark_could_not_be_told_yet():
    error = AnalysisException("[TABLE_OR_VIEW_NOT_FOUND] The table or view `samples`.`flights` cannot be found. SQLSTATE: 42P01")
    assert store_sentence(kernel(owes=True), error) == NOT_TOLD
    assert store_sentence(kernel(), error) is None

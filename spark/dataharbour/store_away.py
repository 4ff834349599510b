"""Knows an object store that does not answer by the errors of those who speak to it: Hadoop's S3A and Delta behind Spark,
and delta-rs, pyarrow, botocore and MinIO's client in this process.

Only of the workspace's own store: who reads a bucket elsewhere gets the error as it is. And only where it did not answer;
one that refuses a key or has no room did.
"""

import re
from urllib.parse import urlsplit

SENTENCE = "The object store does not answer, so tables cannot be read or written. Run the cell again when it is back."
NOT_TOLD = "The object store did not answer when Spark started, so not all of its tables are known yet. Run the cell again when the store is back."
# A file beside the one that says that Spark is ready, as long as its tables could not be told to it (register_tables.py).
OWED = "tables-are-owed"

# A refused, broken or late connection, a name that leads nowhere, or an answer that it cannot serve now.
SILENT = re.compile(
    r"connection ?refused|connect to \S+ .{0,200}failed|could ?n[o']t connect|could not connect|\bConnectException|NewConnectionError|error trying to connect"
    r"|connection ?reset|connection (?:was )?closed|broken pipe|NoHttpResponse|failed to respond|error sending request|max retries exceeded|NETWORK_CONNECTION"
    r"|no ?route ?to ?host|UnknownHost|name or service not known|failed to resolve|dns error"
    r"|(?:read|socket|connect|connection|operation|request) ?timed? ?out|ApiCall(?:Attempt)?TimeoutException"
    r"|service ?unavailable|AWSServiceThrottled|status code: 50[234]|\b50[234] (?:bad gateway|gateway timeout)|server ?not ?(?:initialized|ready)",
    re.IGNORECASE,
)
# Frames of a stack say what was tried, not what went wrong: each call of the AWS client passes a stage for its timeouts.
FRAME = re.compile(r"^\s+at .*$", re.MULTILINE)
# Those that speak to a store from Spark's side; an address alone may stand in anybody's error.
BY_SPARK = re.compile(r"s3a://|software\.amazon\.awssdk|org\.apache\.hadoop\.fs\.s3a|\bSdkClientException\b")
# The modules whose errors are about a store in this process.
BY_LIBRARY = ("deltalake", "_internal", "pyarrow", "botocore", "boto3", "minio", "urllib3", "aiohttp", "aiobotocore", "s3fs", "builtins")
LINKS_MAX = 10


class StoreUnavailable(Exception):
    """The object store does not answer."""


def is_store_away(error, storage):
    """Also when it came of such an error. `storage` is the workspace's, None where nothing is known of it."""
    return any(says_away(link, storage) for link in links_of(error))


def says_away(error, storage):
    """The error itself, whatever it came of."""
    etype, text = type(error), text_with_trace(error)
    if not SILENT.search(FRAME.sub("", text)):
        return False
    if any(base.__module__.startswith("pyspark.errors") for base in etype.__mro__):
        return BY_SPARK.search(text) is not None and (storage is None or names(text, storage))
    if storage is None or etype.__module__.partition(".")[0] not in BY_LIBRARY:
        return False
    return names(text, storage)


def names(text, storage):
    """By its address or its bucket."""
    address = urlsplit(storage.endpoint)
    if re.search(rf"{re.escape(address.netloc)}(?!\d)", text) or f"host='{address.hostname}', port={address.port})" in text:
        return True
    return re.search(rf"(?:s3[an]?://|bucket ['\"]?){re.escape(storage.bucket)}\b", text) is not None


def text_with_trace(error):
    """The causes of an error of Spark are only in its stack, which its text may lack."""
    try:
        text = str(error)
    except Exception:
        return ""
    stack = getattr(error, "_stacktrace", None)
    return f"{text}\n{stack}" if isinstance(stack, str) and stack not in text else text


def links_of(error):
    """Itself and what it came from; a chain may bite its tail."""
    links = []
    while error is not None and len(links) < LINKS_MAX:
        links.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return links

"""Sessions of a Spark Connect server, which may still be starting or be gone."""

import socket
import time
from urllib.parse import urlsplit


class SparkNotReady(Exception):
    pass


def is_listening(remote):
    address = urlsplit(remote)
    try:
        socket.create_connection((address.hostname, address.port or 15002), timeout=2).close()
    except OSError:
        return False
    return True


def open_session(remote):
    """A session that gives up on a server that is gone within seconds; Spark's own patience is ten silent minutes."""
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession

    session = SparkSession.builder.remote(remote).create()
    session.client.set_retry_policies([DefaultPolicy(max_retries=4, initial_backoff=50, max_backoff=1000)])
    return session


def wait_for_spark(remote, seconds):
    import pyspark.sql.connect.session  # noqa: F401  (loaded while the server starts)

    end = time.monotonic() + seconds
    while not is_listening(remote):
        if time.monotonic() > end:
            raise SparkNotReady(f"Spark did not listen within {seconds} s.")
        time.sleep(0.1)
    session = open_session(remote)
    session.sql("select 1").collect()
    return session

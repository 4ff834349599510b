"""Opens a session of a Spark Connect server that may still be starting."""

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


def wait_for_spark(remote, seconds):
    """The client is imported while the server starts; its own retries would sleep far too long."""
    from pyspark.sql.connect.session import SparkSession

    end = time.monotonic() + seconds
    while not is_listening(remote):
        if time.monotonic() > end:
            raise SparkNotReady(f"Spark did not listen within {seconds} s.")
        time.sleep(0.1)
    session = SparkSession.builder.remote(remote).create()
    session.sql("select 1").collect()
    return session

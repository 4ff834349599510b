"""Structured logs in the shape of the other processes: one JSON object per line on stderr.

Values are given as fields, never formatted into the message; keys and tokens never belong here.
"""

import json
import sys
import traceback
from datetime import datetime, timezone


def error_fields(error):
    """An error as the other processes write one."""
    return {"type": type(error).__name__, "message": str(error), "stack": "".join(traceback.format_exception(error))}


def write_log(component, level, msg, stream=None, **fields):
    now = datetime.now(timezone.utc)
    line = {"level": level, "time": now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"}
    line.update(component=component, **fields, msg=msg)
    stream = stream or sys.stderr
    stream.write(json.dumps(line, default=str) + "\n")
    stream.flush()

"""`python -m dataharbour.bring_in`: one job, a line of JSON on stdin; what becomes of it, lines of JSON on stdout.

Whoever started it holds stdin open: when that ends, so does this process, at once and before anything is committed. So a
worker that dies leaves no second writer behind.
"""

import json
import os
import shutil
import sys
import threading


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def end_with_parent(folder):
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(3)


def main():
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_parent, args=[job["folder"]], daemon=True).start()
    try:
        if job["kind"] == "table":
            from dataharbour.bring_in.table import make_table

            make_table(job, say)
        else:
            from dataharbour.bring_in.workbook import open_workbook

            open_workbook(job, say)
    except Exception as problem:
        say(failed=str(problem)[:4000], kind=type(problem).__name__)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # The thread that waits for the parent's end must not be waited for.
    os._exit(code)

"""A digest of all values of a pandas frame, whose values code can change in place after it was shown.

Column by column as Arrow, which is what would be stored of it: numbers are read where they lie, and of the others one
column at a time is there twice.
"""

import hashlib
import io


class DigestSink(io.RawIOBase):
    def __init__(self):
        self.digest = hashlib.sha1(usedforsecurity=False)

    def writable(self):
        return True

    def write(self, piece):
        self.digest.update(piece)
        return len(piece)


def digest_of(frame, kind):
    import pyarrow as pa

    from dataharbour.kernel.storable import array_of_any

    sink = DigestSink()
    for column in [frame] if kind == "series" else (frame.iloc[:, at] for at in range(frame.shape[1])):
        table = pa.Table.from_arrays([array_of_any(column)], names=["column"])
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
    return sink.digest.digest()

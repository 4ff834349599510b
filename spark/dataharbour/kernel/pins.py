"""The tables that an exact re-run reads as they were: each name that means one of them is given its version before Spark
sees the request. A write to one of them is refused, because what was read could not be read again."""

from dataharbour.kernel.delta_version import key_of
from dataharbour.kernel.plan_reads import ends_with, fixed_by
from dataharbour.kernel.sql_tables import read_statement


# No rows of a table, and no grammar for its versions.
ASKS_ABOUT = ("show", "describe", "desc")


class PinnedTable(Exception):
    """An exact re-run may not change what it reads."""


def sentence(name):
    return f"This exact re-run reads {name} as it was, so it cannot write to it. Run the cell again in the notebook to change the table."


class Pins:
    def __init__(self, bucket=None):
        self._bucket = bucket
        self._pins, self._views = [], {}

    def set(self, pins, views):
        self._pins, self._views = pins, views

    def holds(self, table):
        """It was fixed here and not by the code."""
        return any(pin["path"] == table["path"] and pin["version"] == table["version"] for pin in self._pins)

    def put(self, plan):
        if not self._pins:
            return
        if plan.WhichOneof("op_type") == "command":
            self._refuse_writes(plan.command)
        self._walk(plan)

    def _find(self, parts):
        """The one pinned table that a name can mean."""
        if len(parts) == 1 and parts[0].lower() in self._views:
            return None
        if len(parts) == 2 and parts[0].lower() == "delta":
            return self._at(parts[1])
        found = [pin for pin in self._pins if pin["name"] and ends_with(pin["name"].split("."), parts)]
        first = [pin for pin in found if len(parts) > 1 or pin["name"].startswith("default.")]
        return (first or found or [None])[0]

    def _at(self, location):
        key = key_of(location, self._bucket)
        return next((pin for pin in self._pins if pin["path"] == key), None)

    def _refuse_writes(self, command):
        kind = command.WhichOneof("command_type")
        pin = None
        if kind == "sql_command":
            writes = read_statement(command.sql_command.input.sql.query or command.sql_command.sql).writes
            pin = next((found for parts in writes if (found := self._find(parts))), None)
        elif kind == "write_operation":
            target = command.write_operation
            pin = self._at(target.path) if target.path else self._find(parts_of(target.table.table_name))
        elif kind == "write_operation_v2":
            pin = self._find(parts_of(command.write_operation_v2.table_name))
        elif kind == "merge_into_table_command":
            pin = self._find(parts_of(command.merge_into_table_command.target_table_name))
        if pin is not None:
            raise PinnedTable(sentence(pin["name"] or pin["path"]))

    def _walk(self, message):
        kind = message.DESCRIPTOR.name
        if kind == "NamedTable":
            pin = self._find(parts_of(message.unparsed_identifier))
            if pin and fixed_by(message.options) is None:
                message.options["versionAsOf"] = str(pin["version"])
        elif kind == "DataSource" and message.format.lower() == "delta":
            paths = list(message.paths) or [value for key, value in message.options.items() if key.lower() == "path"]
            pin = self._at(paths[0]) if len(paths) == 1 else None
            if pin and fixed_by(message.options) is None:
                message.options["versionAsOf"] = str(pin["version"])
        elif kind == "SQL":
            message.query = self.put_in(message.query)
        elif kind == "SqlCommand" and message.sql:
            message.sql = self.put_in(message.sql)
        if "LocalRelation" in kind:
            return
        for descriptor, value in message.ListFields():
            if descriptor.message_type is None or descriptor.message_type.GetOptions().map_entry:
                continue
            for part in [value] if hasattr(value, "DESCRIPTOR") else value:
                self._walk(part)

    def put_in(self, text):
        statement = read_statement(text)
        if statement.verb in ASKS_ABOUT:
            return text
        for one in sorted(statement.reads, key=lambda read: -read.end):
            pin = None if statement.is_cte(one) or one.version is not None else self._find(one.parts)
            if pin:
                text = f"{text[: one.end]} VERSION AS OF {pin['version']}{text[one.end :]}"
        return text


def parts_of(name):
    statement = read_statement(f"select * from {name}")
    return statement.reads[0].parts if statement.reads else (name,)

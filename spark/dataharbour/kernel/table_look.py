"""Finds out what a query reads, by asking Spark about it and the table's log about the version; for one session of Spark."""

from datetime import timedelta

from dataharbour.kernel.delta_version import key_of, newest_version, writer_of
from dataharbour.kernel.plan_reads import VIEW, Asked, ask_plan, read_plan
from dataharbour.kernel.sql_tables import read_statement

# A commit so near to the beginning of a query may have come before or after it.
DOUBT = timedelta(seconds=1)


class NotTracked(Exception):
    """A reason why a table has no version here."""


def limit_to_none(relation, plan):
    """No row is wanted: Spark then resolves the names and plans nothing, in a tenth of the time."""
    plan.root.limit.input.CopyFrom(relation)
    plan.root.limit.limit = 0


class TableLook:
    def __init__(self, session, storage, views, runs):
        self._session, self._client, self._storage = session, session.client, storage
        self._views = views
        """By temporary view, what was asked for when it was made."""
        self._runs = runs
        """Of this kernel. They went one after another: what one of them wrote was there before the next read."""
        self._places = {}
        self.is_cached = False

    def forget_places(self):
        """A table may be made anew elsewhere."""
        self._places.clear()

    def at(self, relation, began):
        """(tables, reasons) of a query that began at an instant."""
        refs, reasons = self._explain(relation)
        tables = []
        for ref in refs:
            try:
                tables.append(self._table(ref, began))
            except NotTracked as reason:
                reasons.add(str(reason))
        return tables, reasons

    def _explain(self, relation):
        from pyspark.sql.connect.proto import Plan

        plan = Plan()
        if self.is_cached:
            plan.root.CopyFrom(relation)
        else:
            limit_to_none(relation, plan)
        text = self._client._analyze("explain", plan=plan, explain_mode="extended").explain_string
        for name in {one.replace("`", "").lower() for one in VIEW.findall(text)} - self._views.keys():
            self._views[name] = self._view_text(name)
        refs, reasons = read_plan(text, ask_plan(relation), self._views)
        return refs, reasons | ({"cached"} if self.is_cached and "InMemoryRelation" in text else set())

    def _described(self, name):
        quoted = ".".join(f"`{part}`" for part in name.split("."))
        return {row[0]: row[1] for row in self._session.sql(f"describe table extended {quoted}").collect()}

    def _view_text(self, name):
        """A view of the catalog may fix versions in its text."""
        text = self._described(name).get("View Text", "") if "." in name else ""
        return Asked([(one.parts, one.version) for one in read_statement(text).reads])

    def _place(self, name):
        if name not in self._places:
            found = self._described(name)
            self._places[name] = found.get("Location") if (found.get("Provider") or "").lower() == "delta" else None
        return self._places[name]

    def _table(self, ref, began):
        location = ref.location or self._place(ref.name)
        if location is None:
            raise NotTracked("files")
        key = key_of(location, self._storage.bucket) if self._storage else None
        if key is None:
            raise NotTracked("elsewhere")
        if ref.version is not None and not isinstance(ref.version, int):
            raise NotTracked("instant")
        version, is_sure = (ref.version, True) if ref.version is not None else self._version(key, began)
        return {"name": ref.name, "path": key, "version": version, "isFixed": ref.version is not None, "isSure": is_sure}

    def _version(self, key, began):
        client = self._storage.client()
        newest = newest_version(client, self._storage.bucket, key)
        if newest is None:
            raise NotTracked("files")
        return newest.version, newest.changed_at < began - DOUBT or writer_of(client, self._storage.bucket, key, newest.version) in self._runs

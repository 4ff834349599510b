"""What a query reads, from two places: Spark's analyzed plan, where names and views are resolved, and the request itself,
which knows the paths and versions that the code gave. Pure: nothing is asked here."""

import re
from dataclasses import dataclass, field

from dataharbour.kernel.sql_tables import TIME, read_statement

SECTION = re.compile(r"^== (\w+) (?:Logical|Physical) Plan ==\n", re.MULTILINE)
NODE = re.compile(r"^[\s:+\-]*")
RELATION = re.compile(r"Relation (?:spark_catalog\.)?((?:[\w`]+\.)*[\w`]+)\[")
PATH_ALIAS = re.compile(r"SubqueryAlias spark_catalog\.delta\.`(.+)`$")
VIEW = re.compile(r"View \((`.+?`), \[")
TRAVEL = re.compile(r"RelationTimeTravel 'UnresolvedRelation \[(.*?)\], \[[^\]]*\], \w+, (.+)$", re.MULTILINE)
EXPRESSIONS = re.compile(r"\bCTE \[(.*?)\]")
UNRESOLVED = re.compile(r"'UnresolvedRelation \[(.*?)\], \[([^\]]*)\]")
CHANCE = re.compile(r"\b(rand|randn|random|uuid|shuffle|randstr|uniform|monotonically_increasing_id)\(")
CLOCK = re.compile(r"\b(current_timestamp|current_date|current_time|localtimestamp|now|unix_timestamp|curdate)\(\)")
OTHERS = {"RelationV2": "other-source", "StreamingRelation": "other-source", "HiveTableRelation": "other-source", "LogicalRDD": "checkpoint"}
TEXT_FORMATS = ("csv", "json", "parquet", "orc", "text", "xml", "avro", "binaryfile")


@dataclass(frozen=True)
class Ref:
    """A table by its full name or, where the code gave one, by its place. `version` is what the code fixed."""

    name: str | None
    location: str | None = None
    version: object = None


@dataclass
class Asked:
    """What a request says itself."""

    named: list = field(default_factory=list)
    loads: list = field(default_factory=list)
    reasons: set = field(default_factory=set)


def fixed_by(options):
    given = {key.lower(): value for key, value in options.items()}
    version = given.get("versionasof")
    return int(version) if version and version.isdigit() else TIME if "timestampasof" in given else None


def ask_plan(message, found=None):
    """Walks a request to the end, whatever it is made of."""
    found = found if found is not None else Asked()
    kind = message.DESCRIPTOR.name
    if kind in ("LocalRelation", "CachedLocalRelation", "ChunkedCachedLocalRelation"):
        found.reasons.add("rows")
        return found
    if kind == "CachedRemoteRelation":
        found.reasons.add("checkpoint")
    elif kind == "CommonInlineUserDefinedFunction":
        found.reasons.add("function")
    elif kind == "NamedTable":
        found.named.append((tuple(name.strip("`").lower() for name in re.findall(r"`[^`]+`|[^.`]+", message.unparsed_identifier)), fixed_by(message.options)))
    elif kind == "DataSource":
        take_source(message, found)
    elif kind == "SQL":
        found.named += [(one.parts, one.version) for one in read_statement(message.query).reads]
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None:
            continue
        if descriptor.message_type.GetOptions().map_entry:
            value = value.values() if hasattr(next(iter(value.values())), "DESCRIPTOR") else ()
        for part in [value] if hasattr(value, "DESCRIPTOR") else value:
            ask_plan(part, found)
    return found


def take_source(message, found):
    form = message.format.lower()
    paths = list(message.paths) or [value for key, value in message.options.items() if key.lower() == "path"]
    if form == "delta" and len(paths) == 1:
        found.loads.append(Ref(None, paths[0], fixed_by(message.options)))
    else:
        found.reasons.add("database" if form == "jdbc" else "files" if form in TEXT_FORMATS else "other-source")


def sections_of(text):
    parts = SECTION.split(text)
    return dict(zip(parts[1::2], parts[2::2]))


def ends_with(name, parts):
    """`samples.flights` is what `flights` and `spark_catalog.samples.flights` may mean. A path is one part, dots and all."""
    own = [part.lower() for part in name]
    given = [part.lower() for part in parts if part.lower() != "spark_catalog"]
    return bool(given) and own[-len(given) :] == given


def fixed_in(parsed):
    """(parts, version) of each table that the query itself fixes, and of each that it does not."""
    fixed = [(split(name), int(value) if value.strip().isdigit() else TIME) for name, value in TRAVEL.findall(parsed)]
    own = {name.strip().lower() for names in EXPRESSIONS.findall(parsed) for name in names.split(",")}
    for name, options in UNRESOLVED.findall(TRAVEL.sub("", parsed)):
        if name.lower() in own:
            continue
        given = dict(part.partition("=")[::2] for part in options.split(", ") if part)
        fixed.append((split(name), fixed_by(given)))
    return fixed


def split(name):
    return tuple(part.strip() for part in name.split(", "))


def read_plan(text, asked, views):
    """(refs, reasons) of an EXPLAIN EXTENDED. `views`: what was Asked for by each temporary view of this session."""
    sections = sections_of(text)
    analyzed, own = sections.get("Analyzed", ""), fixed_in(sections.get("Parsed", ""))
    refs, reasons, stack, unnamed = [], set(asked.reasons), [], []
    loads, seen_views = list(asked.loads), set()
    if CHANCE.search(analyzed):
        reasons.add("chance")
    if CLOCK.search(analyzed):
        reasons.add("clock")
    for line in analyzed.splitlines():
        depth = NODE.match(line).end()
        node = line[depth:]
        while stack and stack[-1][0] >= depth:
            stack.pop()
        if view := VIEW.match(node):
            name = view[1].replace("`", "").lower()
            stack.append((depth, name))
            if name in views and name not in seen_views:
                seen_views.add(name)
                loads += views[name].loads
                reasons |= views[name].reasons
        elif alias := PATH_ALIAS.match(node):
            loads += [Ref(None, alias[1], version) for version in versions(own, ("delta", alias[1]))]
        elif relation := RELATION.match(node):
            name = relation[1].replace("`", "")
            within = views.get(stack[-1][1]) if stack else None
            known = own if not stack else within.named if within else []
            refs += [Ref(name, None, version) for version in versions(known, name.split("."))]
        elif node.startswith("Relation ["):
            unnamed.append(node)
        for mark, reason in OTHERS.items():
            if node.startswith(mark):
                reasons.add(reason)
    if len(unnamed) > len(loads):
        reasons.add("files")
    return list(dict.fromkeys([*refs, *loads])), reasons


def versions(known, parts):
    found = {version for name, version in known if ends_with(parts, name)}
    return sorted(found, key=str) or [None]

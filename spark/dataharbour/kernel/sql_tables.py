"""Which tables a SQL statement names, where, and at which version. It reads words, not grammar: what a name means is
Spark's to say, so this is only asked where Spark does not tell (views, writes) and where a version must be put in."""

import math
import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""(?P<skip>\s+|--[^\n]*|/\*.*?(?:\*/|$))|(?P<text>'(?:[^'\\]|\\.|'')*'?|"(?:[^"\\]|\\.|"")*"?)"""
    r"""|(?P<tick>`(?:[^`]|``)*`)|(?P<word>\w+)|(?P<mark>.)""",
    re.DOTALL,
)
ENDS = {"where", "group", "order", "having", "limit", "offset", "window", "union", "intersect", "except", "minus", "cluster", "distribute", "sort", "qualify", "set", "when", "pivot", "unpivot"}
NOT_NAMES = {"select", "with", "values", "from", "lateral", "table", "map", "reduce"}
INNER = {"extract", "trim", "substring", "substr", "overlay", "position"}
TRAVELS = {"version", "system_version", "timestamp", "system_time"}
WRITES = {"insert", "merge", "update", "delete", "truncate", "drop", "alter", "replace", "optimize", "vacuum", "restore", "refresh", "fsck", "convert", "copy", "load", "msck", "analyze"}


@dataclass(frozen=True)
class Named:
    parts: tuple
    end: int
    """The version that the text fixes; `TIME` where it fixes an instant; None where it fixes nothing."""
    version: object = None


TIME = "time"


@dataclass
class Statement:
    reads: list = field(default_factory=list)
    writes: list = field(default_factory=list)
    """Of each common table expression, where its definition ends: inside, its name still means the table."""
    ctes: dict = field(default_factory=dict)
    verb: str = ""
    """The temporary view that it makes."""
    view: str | None = None

    def is_cte(self, one):
        return len(one.parts) == 1 and one.end > self.ctes.get(one.parts[0].lower(), math.inf)


def plain(token):
    return token[1][1:-1].replace("``", "`") if token[0] == "tick" else token[1].lower()


def tokens_of(text):
    return [(m.lastgroup, m[0], m.start(), m.end()) for m in TOKEN.finditer(text) if m.lastgroup != "skip"]


def is_name(token):
    return token[0] == "tick" or (token[0] == "word" and not token[1][0].isdigit())


def word(tokens, at):
    return tokens[at][1].lower() if 0 <= at < len(tokens) and tokens[at][0] in ("word", "mark") else ""


def read_name(tokens, at):
    """(parts, index after it)."""
    parts = [plain(tokens[at])]
    at += 1
    while word(tokens, at) == "." and at + 1 < len(tokens) and is_name(tokens[at + 1]):
        parts.append(plain(tokens[at + 1]))
        at += 2
    return tuple(parts), at


def read_travel(tokens, at):
    at += word(tokens, at) == "for"
    kind = word(tokens, at)
    if kind not in TRAVELS or word(tokens, at + 1) != "as" or word(tokens, at + 2) != "of" or at + 3 >= len(tokens):
        return None
    value = tokens[at + 3][1].strip("'\"")
    return int(value) if "version" in kind and value.isdigit() else TIME


def read_statement(text):
    """The tables of one statement. Names of common table expressions are among the reads, and in `ctes` too."""
    tokens = tokens_of(text)
    found = Statement(verb=word(tokens, 0), ctes=ctes_of(tokens))
    lists, inner, expects = [False], [False], False
    at = 0
    while at < len(tokens):
        token, here = word(tokens, at), at
        at += 1
        if token == "(":
            lists.append(False)
            inner.append(word(tokens, here - 1) in INNER)
        elif token == ")":
            expects = False
            if len(lists) > 1:
                lists.pop(), inner.pop()
        elif token in ("from", "join") and not inner[-1] and word(tokens, here - 1) != "distinct":
            expects, lists[-1] = True, True
            if token == "from" and word(tokens, here - 1) == "delete":
                at = take_target(tokens, at, found)
                expects = lists[-1] = False
        elif token == "lateral" and word(tokens, at) == "view":
            at += 1
            expects = lists[-1] = False
        elif token == "using" and found.verb == "merge":
            expects = True
        elif token == "," and lists[-1]:
            expects = True
        elif token in ENDS:
            expects = lists[-1] = False
        elif expects and is_name(tokens[here]) and token not in NOT_NAMES:
            parts, at = read_name(tokens, here)
            if word(tokens, at) != "(":
                found.reads.append(Named(parts, tokens[at - 1][3], read_travel(tokens, at)))
            expects = False
        elif token == "select":
            expects = False
        elif here == 0 or token == "into":
            at = take_target(tokens, at, found) if token in WRITES - {"insert", "merge", "delete", "replace"} or token == "into" else at
        elif token in ("overwrite", "table", "view") and found.verb in ("insert", "create", "replace"):
            at = take_made(tokens, at, found, token)
    return found


def take_made(tokens, at, found, token):
    """`create [or replace] … table x`, `insert overwrite x`, `create … temporary view x`."""
    head = {word(tokens, index) for index in range(at)}
    while word(tokens, at) in ("table", "if", "not", "exists", "directory", "local"):
        at += 1
    if at >= len(tokens) or not is_name(tokens[at]):
        return at
    parts, after = read_name(tokens, at)
    if token == "view":
        if head & {"temp", "temporary"}:
            found.view = parts[-1].lower()
    else:
        found.writes.append(parts)
    return after


def take_target(tokens, at, found):
    while word(tokens, at) in ("table", "if", "exists", "schema", "database", "view", "only"):
        at += 1
    if at >= len(tokens) or not is_name(tokens[at]):
        return at
    parts, after = read_name(tokens, at)
    found.writes.append(parts)
    return after


def end_of(tokens, at):
    """The place behind the parenthesis that closes the one here."""
    depth = 0
    for _, text, _, end in tokens[at:]:
        depth += (text == "(") - (text == ")")
        if depth == 0:
            return end
    return math.inf


def ctes_of(tokens):
    names = {}
    if not any(word(tokens, at) == "with" for at in range(len(tokens))):
        return names
    for at in range(1, len(tokens) - 2):
        if is_name(tokens[at]) and word(tokens, at - 1) in ("with", ",", "recursive") and word(tokens, at + 1) == "as" and word(tokens, at + 2) == "(":
            names[plain(tokens[at]).lower()] = end_of(tokens, at + 2)
    return names

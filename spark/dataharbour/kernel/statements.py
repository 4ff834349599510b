"""Splits the text of a SQL cell into its statements, at `;` outside quotes and comments."""

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<skip>'(?:[^'\\]|\\.|'')*'?|"(?:[^"\\]|\\.|"")*"?|`(?:[^`]|``)*`?|--[^\n]*|/\*.*?(?:\*/|$))|(?P<end>;)""",
    re.DOTALL,
)
NAMED = re.compile(TOKEN.pattern + r"|(?<![:\w]):(?P<name>[A-Za-z_]\w*)", re.DOTALL)
COMMENT = re.compile(r"\s+|--[^\n]*|/\*.*?(?:\*/|$)", re.DOTALL)
BLOCK = re.compile(r"\s*begin\b(?!\s+(?:transaction|work)\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    text: str
    """The cell's line on which it begins, counted from 1."""
    line: int


def beginning(text):
    """Where the first word is, after blanks and comments."""
    position = 0
    while (match := COMMENT.match(text, position)) and match.end() > position:
        position = match.end()
    return position


def names_of(text):
    """The parameters (`:name`) that a statement names, outside quotes and comments."""
    return {match["name"] for match in NAMED.finditer(text) if match["name"]}


def split_statements(source):
    # A SQL script (BEGIN … END) holds statements of its own: it is one.
    if BLOCK.match(source, beginning(source)):
        return [Statement(source.strip().rstrip(";"), 1)]
    statements, start = [], 0
    for match in [*TOKEN.finditer(source), None]:
        if match and not match["end"]:
            continue
        end = match.start() if match else len(source)
        text = source[start:end]
        first = beginning(text)
        if first < len(text):
            statements.append(Statement(text[first:].rstrip(), source.count("\n", 0, start + first) + 1))
        start = end + 1
    return statements

"""Which earlier cells a cell builds on: it uses a name that they made, a variable or a temporary view.

Read from the text, before the cell runs, so it is right about what the text says and knows nothing of what is called by
another way: a list that a function changes, `exec`, names made by a magic.
"""

import ast
import re

LINKS = 200
KEPT = 1000
WORD = re.compile(r"[^\W\d]\w*")


class Names(ast.NodeVisitor):
    """In the order in which Python meets them: what a cell makes itself before it uses it comes from no other."""

    def __init__(self):
        self.made, self.used, self.words = set(), set(), set()

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self._use(node.id)
        else:
            self.made.add(node.id)

    def _use(self, name):
        if name not in self.made:
            self.used.add(name)

    def visit_Assign(self, node):
        self._in_order(node.value, *node.targets)

    def visit_AnnAssign(self, node):
        self._in_order(node.value, node.target)

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name):
            self._use(node.target.id)
        self._in_order(node.value, node.target)

    def visit_For(self, node):
        self._in_order(node.iter, node.target, *node.body, *node.orelse)

    def _in_order(self, *nodes):
        for node in nodes:
            if node is not None:
                self.visit(node)

    def _visit_part(self, node):
        """`frame["x"] = 1` changes what `frame` is, for all who use it."""
        self.generic_visit(node)
        base = node
        while isinstance(base, (ast.Subscript, ast.Attribute)):
            base = base.value
        if not isinstance(node.ctx, ast.Load) and isinstance(base, ast.Name):
            self.made.add(base.id)

    visit_Subscript = visit_Attribute = _visit_part

    def visit_FunctionDef(self, node):
        self.made.add(node.name)
        inner = Names()
        for part in (*node.decorator_list, node.args, *node.body):
            inner.visit(part)
        own = {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
        for name in inner.used - own:
            self._use(name)
        self.words |= inner.words

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.generic_visit(node)
        self.made.add(node.name)

    def visit_alias(self, node):
        self.made.add((node.asname or node.name).partition(".")[0])

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self.words |= words_of(node.value)


def words_of(text):
    return {word.lower() for word in WORD.findall(text)}


def names_of(source):
    """Of Python's text; of what cannot be read as such, none."""
    names = Names()
    try:
        names.visit(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError):
        pass
    return names


class CellLinks:
    def __init__(self, to_python):
        """`to_python`: a cell's text without its magics."""
        self._to_python = to_python
        self._makers, self._views, self._behind = {}, {}, {}
        self._here = None

    def begin(self, run, source):
        self._here = None if run is None else (run.cell_id, run.run_id)
        if self._here is None:
            return
        is_sql = source.lstrip().startswith("%%sql")
        names = Names() if is_sql else names_of(self._to_python(source))
        words = words_of(source) if is_sql else names.words
        direct = {self._makers[name] for name in names.used if name in self._makers}
        direct |= {self._views[word] for word in words if word in self._views}
        links = direct.union(*(self._behind.get(link, ()) for link in direct))
        self._behind[self._here] = frozenset(link for link in links if link[0] != self._here[0])
        for name in names.made:
            self._makers[name] = self._here
        if len(self._behind) > KEPT:
            living = {self._here, *self._makers.values(), *self._views.values()}
            self._behind = {link: behind for link, behind in self._behind.items() if link in living}

    def made_view(self, name):
        if self._here is not None:
            self._views[name] = self._here

    def told(self):
        links = sorted(self._behind.get(self._here, ()))
        return [{"cellId": cell, "runId": run} for cell, run in links[:LINKS]]

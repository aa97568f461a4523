"""Makes mutants: a module's source with one small thing changed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """A module with one change; each of its lines is where it was.

    `lines` are those whose code changed, `inside` tells whether that is in a function: what
    is outside runs when the module is imported, whichever test was first to need it. `line` is
    the first line as it was, without its indentation.
    """

    source: str
    line: str
    lines: range
    inside: bool
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.lines[0]}: {self.before}  ->  {self.after}"


def mutants_of(source: str) -> Iterator[Mutant]:
    """All mutants of a module, in the order of its lines."""
    encoded = source.encode()
    lines = encoded.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for node, inside in _code(ast.parse(source), inside=False):
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        old = encoded[begin:end].decode()
        for new in _changes(node):
            rest = "\n" * (old.count("\n") - new.count("\n"))
            text = f"({new}{rest})" if isinstance(node, ast.expr) else new + rest
            yield Mutant(
                source=(encoded[:begin] + text.encode() + encoded[end:]).decode(),
                line=lines[node.lineno - 1].decode().strip(),
                lines=range(node.lineno, node.end_lineno + 1),
                inside=inside,
                before=_short(old),
                after=_short(new),
            )


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= 100 else f"{line[:60]} … {line[-38:]}"


def _code(node: ast.AST, *, inside: bool) -> Iterator[tuple[Any, bool]]:
    """What can be changed, outermost first: neither docstrings nor what only type checkers read."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        within = inside or (name == "body" and isinstance(node, _FUNCTIONS))
        if isinstance(node, ast.BoolOp) and name == "values" and _stands_for_none(node):
            value = value[:-1]  # noqa: PLW2901  # of the field
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _says_nothing(child):
                if isinstance(child, ast.expr | ast.stmt):
                    yield child, within
                if not isinstance(child, ast.JoinedStr | ast.FormattedValue):
                    yield from _code(child, inside=within)


_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def _stands_for_none(node: ast.BoolOp) -> bool:
    """Whether it ends as in `text or ""`, of which the tests of `text` alone tell all."""
    return isinstance(last := node.values[-1], ast.Constant) and not last.value


def _says_nothing(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):
            return True  # a docstring, or a protocol's dots
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Assign(targets=[ast.Name(id="__tracebackhide__" | "__slots__" | "__all__")]):
            return True
        case (
            ast.keyword(arg="encoding")  # Linux has UTF-8 without
            | ast.keyword(arg="strict", value=ast.Constant(value=True))  # `zip`: as long as others
            | ast.keyword(arg="init", value=ast.Constant(value=False))  # a field's: nobody gives it
        ):
            return True
        case ast.Call(func=ast.Name(id="cast" | "TypeVar" | "overload")):
            return True
    return False


_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


def _changes(node: ast.AST) -> Iterator[str]:  # noqa: C901, PLR0912  # a table of cases
    """Code to stand in a node's place."""
    again = partial(_again, node)
    match node:
        case ast.Constant(value=value):
            yield from map(repr, _other_values(value))
        case ast.JoinedStr():
            yield "'XX'"
        case ast.Compare(ops=[op]):
            yield again(ops=[_SWAPPED[type(op)]()])
        case ast.BinOp(op=op) if type(op) in _SWAPPED:
            yield again(op=_SWAPPED[type(op)]())
        case ast.UnaryOp(op=ast.Not(), operand=part):
            yield ast.unparse(part)
        case ast.BoolOp(values=[one, other]):
            yield from map(ast.unparse, (one, other))
        case ast.BoolOp(values=values):
            for index in range(len(values)):
                yield again(values=[*values[:index], *values[index + 1 :]])
        case ast.IfExp(body=one, orelse=other):
            yield from map(ast.unparse, (one, other))
        case ast.Call(keywords=keywords):
            for index, each in enumerate(keywords):
                if not _says_nothing(each):
                    yield again(keywords=[*keywords[:index], *keywords[index + 1 :]])
        case ast.Return(value=ast.expr() as value) if not _is_truth(value):
            yield "return None"
        case ast.Expr() | ast.AugAssign() | ast.Delete() | ast.Raise():
            yield "pass"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "pass"
        case ast.Break():
            yield "continue"
        case ast.Continue():
            yield "break"


def _is_truth(value: ast.expr) -> bool:
    """Whether it is None, or as good as None to who asks; the other truth is tried besides."""
    return isinstance(value, ast.Constant) and isinstance(value.value, bool | type(None))


def _other_values(value: object) -> Iterator[object]:
    match value:
        case bool():
            yield not value
        case int() | float():
            yield value + 1
            yield value - 1
        case str():
            yield f"{value}XX"
        case bytes():
            yield value + b"XX"


def _again(node: Any, **changed: Any) -> str:
    return ast.unparse(type(node)(**dict(ast.iter_fields(node)) | changed))

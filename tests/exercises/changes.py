"""Small changes of a Python text: the operators of mutmut, and what they lack for answers of a few lines.

Left as they are: annotations and docstrings, which no check can see, and what an exception says, which is free. Where a
task promises the words, its wrong answers hold them.
"""

from collections.abc import Iterator

import libcst as cst
from libcst import matchers as m
from mutmut.mutation.mutators import mutation_operators

DOCSTRING = m.SimpleStatementLine([m.Expr(m.SimpleString())])
# With other arguments these only crash, so mutmut leaves them as they are.
FIXED = m.Call(m.Name("len") | m.Name("isinstance"))
# Calls that are easily taken for each other.
TWINS = {
    "b64decode": "urlsafe_b64decode",
    "b64encode": "urlsafe_b64encode",
    "urlsafe_b64decode": "b64decode",
    "urlsafe_b64encode": "b64encode",
}
# What these give is ASCII, and the same in every encoding.
ASCII = m.Call(
    m.Attribute(attr=m.Name(value=m.MatchRegex("dumps|b64encode|urlsafe_b64encode|rstrip")))
)


def leave_out(node: cst.SimpleStatementLine) -> Iterator[cst.SimpleStatementLine]:
    if not m.matches(node, DOCSTRING):
        yield node.with_changes(body=[cst.Pass()])


def keep_only_the_body(node: cst.Try) -> Iterator[cst.If]:
    yield cst.If(cst.Name("True"), node.body)


def drop_condition(node: cst.If | cst.CompIf) -> Iterator[cst.CSTNode]:
    for constant in ("True", "False"):
        yield node.with_changes(test=cst.Name(constant))


def drop_side(node: cst.BooleanOperation | cst.BinaryOperation) -> Iterator[cst.BaseExpression]:
    yield from (node.left, node.right)


def drop_element(node: cst.Dict | cst.List | cst.Set | cst.Tuple) -> Iterator[cst.CSTNode]:
    for dropped in node.elements if len(node.elements) > 1 else ():
        yield node.with_changes(elements=[each for each in node.elements if each is not dropped])


def drop_call(node: cst.Call) -> Iterator[cst.BaseExpression]:
    if len(node.args) == 1:
        yield node.args[0].value
    if m.matches(node.func, m.Attribute()):
        yield node.func.value


def drop_decorator(node: cst.FunctionDef) -> Iterator[cst.FunctionDef]:
    for dropped in node.decorators:
        yield node.with_changes(
            decorators=[each for each in node.decorators if each is not dropped]
        )


def take_the_twin(node: cst.Attribute) -> Iterator[cst.Attribute]:
    if node.attr.value in TWINS:
        yield node.with_changes(attr=cst.Name(TWINS[node.attr.value]))


def take_latin_1(node: cst.Call) -> Iterator[cst.Call]:
    if m.matches(node, m.Call(m.Attribute(~ASCII, m.Name("encode") | m.Name("decode")), [])):
        yield node.with_changes(args=[cst.Arg(cst.SimpleString('"latin-1"'))])


def count_down(node: cst.Integer) -> Iterator[cst.BaseExpression]:
    yield cst.parse_expression(str(node.evaluated_value - 1))


def ask_for_equal(node: cst.ComparisonTarget) -> Iterator[cst.ComparisonTarget]:
    if m.matches(
        node.operator, m.LessThan() | m.LessThanEqual() | m.GreaterThan() | m.GreaterThanEqual()
    ):
        yield node.with_changes(operator=cst.Equal())


def change_text(node: cst.FormattedStringText) -> Iterator[cst.FormattedStringText]:
    yield node.with_changes(value=f"XX{node.value}XX")


OPERATORS = [
    *mutation_operators,
    (cst.SimpleStatementLine, leave_out),
    (cst.Try, keep_only_the_body),
    (cst.If | cst.CompIf, drop_condition),
    (cst.BooleanOperation | cst.BinaryOperation, drop_side),
    (cst.Dict | cst.List | cst.Set | cst.Tuple, drop_element),
    (cst.Call, drop_call),
    (cst.FunctionDef, drop_decorator),
    (cst.Attribute, take_the_twin),
    (cst.Call, take_latin_1),
    (cst.Integer, count_down),
    (cst.ComparisonTarget, ask_for_equal),
    (cst.FormattedStringText, change_text),
]


class Places(cst.CSTVisitor):
    """Every node that an operator changes, with what takes its place."""

    def __init__(self):
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if not m.matches(node, FIXED):
            for node_type, operator in OPERATORS:
                if isinstance(node, node_type):
                    self.found += [(node, changed) for changed in operator(node)]
        return not isinstance(node, cst.Annotation | cst.Raise)


def changed(source: str) -> list[str]:
    """The text with one change, for every change that leaves it readable for Python."""
    module, places = cst.parse_module(source), Places()
    module.visit(places)
    texts = (module.deep_replace(node, replacement).code for node, replacement in places.found)
    return [text for text in texts if compiles(text)]


def compiles(source: str) -> bool:
    try:
        compile(source, "changed", "exec")
    except SyntaxError:
        return False
    return True

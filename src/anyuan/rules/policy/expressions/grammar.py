"""From tokens to a typed tree: sqlglot parses, and only the classes listed here become nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Thread

from django.utils.translation import gettext as _
from sqlglot import ErrorLevel, exp
from sqlglot.errors import ParseError
from sqlglot.parser import Parser

from .nodes import Expression, Node, Op
from .ranges import protect, results
from .scanning import PARSER_FAILURES, Scanned, scan
from .types import MOST_DEPTH, Env, ExpressionError, Type

_ARITHMETIC: dict[type[exp.Expr], Op] = {
    exp.Add: Op.ADD,
    exp.Sub: Op.SUBTRACT,
    exp.Mul: Op.MULTIPLY,
    exp.Div: Op.DIVIDE,
}
_COMPARING: dict[type[exp.Expr], Op] = {
    exp.EQ: Op.EQ,
    exp.NEQ: Op.NE,
    exp.LT: Op.LT,
    exp.LTE: Op.LE,
    exp.GT: Op.GT,
    exp.GTE: Op.GE,
}
_JOINING: dict[type[exp.Expr], Op] = {exp.And: Op.AND, exp.Or: Op.OR}
_ROUNDING: dict[type[exp.Expr], Op] = {exp.Floor: Op.FLOOR, exp.Ceil: Op.CEIL, exp.Round: Op.ROUND}
_CHOOSING: dict[type[exp.Expr], Op] = {
    exp.Coalesce: Op.COALESCE,
    exp.Greatest: Op.GREATEST,
    exp.Least: Op.LEAST,
}
_ORDERED = frozenset({Type.NUMBER, Type.DATE})


def parse(text: str, env: Env, want: Type | None = None) -> Expression:
    """The expression a text says.

    Raises ExpressionError (with the position) for anything that is not exactly the grammar: an unknown name,
    a word or sign outside the allow-list, a wrong type, more than 2,000 characters or 30 levels.
    """
    scanned = scan(text, env)
    root = _Typing(scanned).node(_tree(scanned), 1)
    if root.op is Op.NULL:
        raise ExpressionError(_("“null” can only be a result of “case”."), text, root.at)
    if want is not None and root.type is not want:
        raise ExpressionError(_wanted((want,), root.type), text, root.at)
    nodes = list(root.walk())
    return Expression(
        text=text,
        type=root.type,
        facts=frozenset(node.key for node in nodes if node.op is Op.FACT),
        params=frozenset(node.key for node in nodes if node.op is Op.PARAM),
        uses_today=any(node.op is Op.TODAY for node in nodes),
        root=protect(root),
    )


def _tree(scanned: Scanned) -> exp.Expr:
    """sqlglot's tree of the tokens.

    Where the caller already stands deep in the stack, the parser gets a stack of its own: what can be parsed
    does not depend on who asks.
    """
    try:
        return _parsed(scanned)
    except RecursionError:
        found: list[exp.Expr] = []
        failed: list[ExpressionError] = []
        thread = Thread(target=_parse_aside, args=(scanned, found, failed))
        thread.start()
        thread.join()
        if failed:
            raise failed[0] from None
        return found[0]


def _parse_aside(scanned: Scanned, found: list[exp.Expr], failed: list[ExpressionError]) -> None:
    try:
        found.append(_parsed(scanned))
    except ExpressionError as error:
        failed.append(error)
    except RecursionError:
        failed.append(_too_deep(scanned.text, 0))


def _parsed(scanned: Scanned) -> exp.Expr:
    parser = Parser(error_level=ErrorLevel.IMMEDIATE)
    try:
        trees = parser.parse(scanned.tokens, scanned.text)
    except ParseError as error:
        raise _incomplete(scanned.text, error.errors[0].get("col") if error.errors else 0) from error
    except PARSER_FAILURES as error:
        raise _incomplete(scanned.text, 0) from error
    if len(trees) != 1 or trees[0] is None:
        raise _incomplete(scanned.text, 0)
    return trees[0]


def _incomplete(text: str, position: object) -> ExpressionError:
    message = _("The expression breaks off or does not fit together here.")
    return ExpressionError(message, text, position if isinstance(position, int) else 0)


def _too_deep(text: str, at: int) -> ExpressionError:
    return ExpressionError(_("Nested deeper than %(most)d levels.") % {"most": MOST_DEPTH}, text, at)


def _wanted(wanted: tuple[Type, ...], found: Type) -> str:
    names = {
        Type.NUMBER: _("a number"),
        Type.BOOL: _("yes or no"),
        Type.TEXT: _("a text"),
        Type.DATE: _("a date"),
    }
    expected = names[wanted[0]] if len(wanted) == 1 else _("a number or a date")
    return _("Expected %(expected)s here; this is %(found)s.") % {"expected": expected, "found": names[found]}


@dataclass(frozen=True, slots=True)
class _Typing:
    """Turns sqlglot's tree into ours, checking classes, arity, depth and types."""

    scanned: Scanned

    def node(self, tree: object, depth: int) -> Node:
        """The node of a tree.

        Raises ExpressionError where a class is not allowed or a type does not fit.
        """
        while type(tree) is exp.Paren:
            tree = tree.this
        if depth > MOST_DEPTH:
            raise _too_deep(self.scanned.text, self._position(tree))
        kind = type(tree)
        for classes, make in self._makers():
            if isinstance(tree, exp.Expr) and kind in classes:
                return make(tree, depth + 1)
        raise self._refused(tree)

    def _makers(self) -> tuple[tuple[Iterable[type], Callable[[exp.Expr, int], Node]], ...]:
        return (
            ((exp.Column,), self._leaf),
            (_ARITHMETIC, self._arithmetic),
            (_COMPARING, self._comparison),
            (_JOINING, self._joined),
            (_ROUNDING, self._rounded),
            (_CHOOSING, self._chosen),
            ((exp.Case,), self._case),
            ((exp.Not,), self._not),
            ((exp.Neg,), self._negated),
            ((exp.In,), self._in),
            ((exp.Between,), self._between),
            ((exp.Is,), self._is_null),
        )

    # -- positions and refusals

    def _position(self, tree: object) -> int:
        """Where the leftmost leaf below a tree stands."""
        if not isinstance(tree, exp.Expr):
            return 0
        leaves = self.scanned.leaves
        places = [
            leaves[int(name.this[1:])].at
            for name in tree.find_all(exp.Identifier)
            if str(name.this)[1:].isdigit()
        ]
        return min(places, default=0)

    def _refused(self, tree: object) -> ExpressionError:
        return _incomplete(self.scanned.text, self._position(tree))

    def _fail(self, message: str, at: int) -> ExpressionError:
        return ExpressionError(message, self.scanned.text, at)

    def _exactly(self, tree: exp.Expr, *allowed: str) -> None:
        """Refuses a node that carries anything but these parts (flags apart that are not parts)."""
        for name, part in tree.args.items():
            if name not in allowed and isinstance(part, (exp.Expr, list)) and part:
                raise self._refused(tree)

    def _typed(self, tree: object, depth: int, *wanted: Type) -> Node:
        node = self.node(tree, depth)
        if node.op is Op.NULL:
            raise self._fail(_("“null” can only be a result of “case”."), node.at)
        if wanted and node.type not in wanted:
            raise self._fail(_wanted(wanted, node.type), node.at)
        return node

    # -- one method per kind

    def _leaf(self, tree: exp.Expr, depth: int) -> Node:
        self._exactly(tree, "this")
        name = str(tree.name)
        if not (name[:1] == "n" and name[1:].isdigit()):
            raise self._refused(tree)
        return self.scanned.leaves[int(name[1:])]

    def _arithmetic(self, tree: exp.Expr, depth: int) -> Node:
        self._exactly(tree, "this", "expression")
        op = _ARITHMETIC[type(tree)]
        dated = op in (Op.ADD, Op.SUBTRACT)
        wanted = (Type.NUMBER, Type.DATE) if dated else (Type.NUMBER,)
        left = self._typed(tree.this, depth, *wanted)
        right = self._typed(tree.expression, depth, *wanted)
        if left.type is right.type is Type.NUMBER:
            return Node(op, Type.NUMBER, (left, right), at=left.at)
        if op is Op.SUBTRACT:
            return self._subtract_from_date(left, right)
        if left.type is right.type:
            raise self._fail(_wanted((Type.NUMBER,), right.type), right.at)
        day, days = (left, right) if left.type is Type.DATE else (right, left)
        return Node(Op.ADD_DAYS, Type.DATE, (day, days), at=left.at)

    def _subtract_from_date(self, left: Node, right: Node) -> Node:
        if left.type is not Type.DATE:
            raise self._fail(_wanted((Type.NUMBER,), right.type), right.at)
        if right.type is Type.DATE:
            return Node(Op.DAYS_BETWEEN, Type.NUMBER, (left, right), at=left.at)
        return Node(Op.SUBTRACT_DAYS, Type.DATE, (left, right), at=left.at)

    def _comparison(self, tree: exp.Expr, depth: int) -> Node:
        self._exactly(tree, "this", "expression")
        op = _COMPARING[type(tree)]
        wanted = () if op in (Op.EQ, Op.NE) else (Type.NUMBER, Type.DATE)
        left = self._typed(tree.this, depth, *wanted)
        right = self._typed(tree.expression, depth, left.type)
        return Node(op, Type.BOOL, (left, right), at=left.at)

    def _joined(self, tree: exp.Expr, depth: int) -> Node:
        self._exactly(tree, "this", "expression")
        left = self._typed(tree.this, depth, Type.BOOL)
        right = self._typed(tree.expression, depth, Type.BOOL)
        return Node(_JOINING[type(tree)], Type.BOOL, (left, right), at=left.at)

    def _not(self, tree: exp.Expr, depth: int) -> Node:
        self._exactly(tree, "this")
        inner = self._typed(tree.this, depth, Type.BOOL)
        return Node(Op.NOT, Type.BOOL, (inner,), at=inner.at)

    def _negated(self, tree: exp.Expr, depth: int) -> Node:
        self._exactly(tree, "this")
        inner = self._typed(tree.this, depth, Type.NUMBER)
        return Node(Op.NEGATE, Type.NUMBER, (inner,), at=inner.at)

    def _rounded(self, tree: exp.Expr, depth: int) -> Node:
        self._exactly(tree, "this")
        inner = self._typed(tree.this, depth, Type.NUMBER)
        return Node(_ROUNDING[type(tree)], Type.NUMBER, (inner,), at=inner.at)

    def _chosen(self, tree: exp.Expr, depth: int) -> Node:
        self._exactly(tree, "this", "expressions")
        op = _CHOOSING[type(tree)]
        wanted = () if op is Op.COALESCE else (Type.NUMBER, Type.DATE)
        first = self._typed(tree.this, depth, *wanted)
        others = [self._typed(one, depth, first.type) for one in tree.expressions]
        if not others:
            raise self._fail(_("Expected at least two values between the brackets."), first.at)
        return Node(op, first.type, (first, *others), at=first.at)

    def _in(self, tree: exp.Expr, depth: int) -> Node:
        self._exactly(tree, "this", "expressions")
        sought = self._typed(tree.this, depth)
        listed = [self._typed(one, depth, sought.type) for one in tree.expressions]
        if not listed:
            raise self._fail(_("Expected at least one value between the brackets."), sought.at)
        return Node(Op.IN, Type.BOOL, (sought, *listed), at=sought.at)

    def _between(self, tree: exp.Expr, depth: int) -> Node:
        self._exactly(tree, "this", "low", "high")
        sought = self._typed(tree.this, depth, Type.NUMBER, Type.DATE)
        low = self._typed(tree.args["low"], depth, sought.type)
        high = self._typed(tree.args["high"], depth, sought.type)
        return Node(Op.BETWEEN, Type.BOOL, (sought, low, high), at=sought.at)

    def _is_null(self, tree: exp.Expr, depth: int) -> Node:
        self._exactly(tree, "this", "expression")
        if type(tree.expression) is not exp.Null:
            raise self._refused(tree)
        inner = self._typed(tree.this, depth)
        return Node(Op.IS_NULL, Type.BOOL, (inner,), at=inner.at)

    def _case(self, tree: exp.Expr, depth: int) -> Node:
        self._exactly(tree, "ifs", "default")
        args: list[Node] = []
        for branch in tree.args["ifs"]:
            self._exactly(branch, "this", "true")
            args += [self._typed(branch.this, depth, Type.BOOL), self.node(branch.args["true"], depth)]
        if (default := tree.args.get("default")) is not None:
            args.append(self.node(default, depth))
        ends = results(tuple(args))
        kind = next((one.type for one in ends if one.op is not Op.NULL), None)
        if kind is None:
            raise self._fail(_("Expected at least one result of “case” that is not null."), args[0].at)
        for one in ends:
            if one.op is not Op.NULL and one.type is not kind:
                raise self._fail(_wanted((kind,), one.type), one.at)
        return Node(Op.CASE, kind, tuple(self._as(one, kind) for one in args), at=args[0].at)

    def _as(self, node: Node, kind: Type) -> Node:
        return Node(Op.NULL, kind, at=node.at) if node.op is Op.NULL else node

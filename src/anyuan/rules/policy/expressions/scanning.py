"""From text to tokens: nothing gets past here but the few words and signs an expression is made of.

sqlglot splits the text; every token is then checked against its own slice of the text, so that nothing the
tokenizer drops, joins or invents goes unseen. Each name, literal and parameter leaves as one neutral word
(``n0``, ``n1`` ...) that stands for a leaf; sqlglot's parser sees only those, operators and brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer

from .nodes import Node, Op, Range
from .types import BOUND, MOST_CHARACTERS, MOST_DEPTH, Env, ExpressionError, Name, Type

KEYWORDS = {
    "and": TokenType.AND,
    "or": TokenType.OR,
    "not": TokenType.NOT,
    "case": TokenType.CASE,
    "when": TokenType.WHEN,
    "then": TokenType.THEN,
    "else": TokenType.ELSE,
    "end": TokenType.END,
    "between": TokenType.BETWEEN,
    "in": TokenType.IN,
    "is": TokenType.IS,
}
FUNCTIONS = frozenset({"coalesce", "greatest", "least", "floor", "ceil", "round"})
RESERVED = frozenset(KEYWORDS) | {"null", "true", "false", "today"}
"""Words that cannot be the key of a fact or field."""
SIGNS = {
    "+": TokenType.PLUS,
    "-": TokenType.DASH,
    "*": TokenType.STAR,
    "/": TokenType.SLASH,
    "<": TokenType.LT,
    "<=": TokenType.LTE,
    ">": TokenType.GT,
    ">=": TokenType.GTE,
    "=": TokenType.EQ,
    "<>": TokenType.NEQ,
    "!=": TokenType.NEQ,
    "(": TokenType.L_PAREN,
    ")": TokenType.R_PAREN,
    ",": TokenType.COMMA,
}
PARSER_FAILURES = (SqlglotError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What sqlglot may raise over a text it cannot read; RecursionError apart."""
_COMPARING = frozenset({"<", "<=", ">", ">=", "=", "<>", "!="})
_ENDS_CLAUSE = frozenset({"and", "or", "not", "case", "when", "then", "else", ","})
_WORD = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?")
_STRING = re.compile(r"'(?:[^'\x00-\x1f\x7f\ud800-\udfff]|'')*'")


@dataclass(frozen=True, slots=True)
class Piece:
    """A slice of the text: what it says, in lower case if it is a word or sign, and where."""

    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The text as keywords and functions are compared."""
        return self.text.lower()


@dataclass(slots=True)
class Scanned:
    """Tokens for the parser and the leaves its neutral words stand for."""

    text: str
    tokens: list[Token] = field(default_factory=list)
    leaves: list[Node] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def leaf(self, node: Node, end: int) -> None:
        """Adds a leaf and the word that stands for it."""
        self._add(TokenType.VAR, f"n{len(self.leaves)}", node.at)
        self.leaves.append(node)
        self.ends.append(end)

    def word(self, kind: TokenType, piece: Piece) -> None:
        """Adds a keyword, a function's name or a sign."""
        self._add(kind, piece.word, piece.start)

    def _add(self, kind: TokenType, text: str, start: int) -> None:
        # Line 1 and the offset as column: parse errors then tell the offset.
        self.tokens.append(Token(kind, text, 1, start, start, start))


def scan(text: str, env: Env) -> Scanned:
    """The tokens of a text.

    Raises ExpressionError at the first piece that does not belong, or where it is too long or too deep.
    """
    if len(text) > MOST_CHARACTERS:
        message = _("An expression has at most %(most)d characters.") % {"most": MOST_CHARACTERS}
        raise ExpressionError(message, text, MOST_CHARACTERS)
    pieces = _pieces(text)
    if not pieces:
        raise ExpressionError(_("Expected an expression; there is nothing."), text, 0)
    return _Scanner(text, pieces, env).run()


def _pieces(text: str) -> list[Piece]:
    """The tokens' slices, and a check that only blanks lie between them (no comments, nothing dropped)."""
    try:
        tokens = Tokenizer().tokenize(text)
    except (*PARSER_FAILURES, RecursionError) as error:
        raise ExpressionError(_unreadable(), text, _first_odd(text)) from error
    pieces, end = [], 0
    for token in tokens:
        _check_blank(text, end, token.start)
        pieces.append(Piece(text[token.start : token.end + 1], token.start, token.end + 1))
        end = token.end + 1
    _check_blank(text, end, len(text))
    return pieces


def _first_odd(text: str) -> int:
    """Where a text the tokenizer gives up on most likely goes wrong: its last quote, else its end."""
    return max(text.rfind(quote) for quote in ("'", '"', "`", "$", "/*", "\x00")) % max(len(text), 1)


def _check_blank(text: str, start: int, end: int) -> None:
    rest = text[start:end].lstrip(" \t\r\n")
    if start > end or rest:
        message = _("Comments and this character are not allowed here.")
        raise ExpressionError(message, text, end - len(rest))


def _unreadable() -> str:
    return _("Expected a name, number, text in single quotes, operator or bracket.")


class _Scanner:
    """Walks the pieces once, left to right."""

    def __init__(self, text: str, pieces: list[Piece], env: Env) -> None:
        self.out = Scanned(text)
        self.pieces = pieces
        self.env = env
        self.at = 0
        self.after_operand = False
        self.prefixes = 0
        self.open: list[str] = []

    def run(self) -> Scanned:
        """Everything, or the error."""
        while self.at < len(self.pieces):
            self._step(self.pieces[self.at])
        return self.out

    def fail(self, message: str, piece: Piece) -> ExpressionError:
        """The error at a piece."""
        return ExpressionError(message, self.out.text, piece.start)

    def _peek(self, ahead: int) -> str:
        place = self.at + ahead
        return self.pieces[place].word if place < len(self.pieces) else ""

    def _step(self, piece: Piece) -> None:
        if piece.word in SIGNS:
            self._sign(piece)
        elif piece.word in KEYWORDS:
            self._keyword(piece)
        elif piece.word == "null" and self._after_is():
            self.out.word(TokenType.NULL, piece)
            self._operand_ends()
        else:
            self._operand(piece)

    def _previous(self, back: int = 1) -> str:
        return self.pieces[self.at - back].word if self.at >= back else ""

    def _after_is(self) -> bool:
        return self._previous() == "is" or (self._previous() == "not" and self._previous(2) == "is")

    def _operand_begins(self, piece: Piece) -> None:
        if self.after_operand:
            raise self.fail(_("Expected an operator before this."), piece)

    def _operand_ends(self, used: int = 1) -> None:
        self.after_operand = True
        self.prefixes = 0
        self.at += used

    def _deepen(self, piece: Piece, kind: str) -> None:
        self.open.append(kind)
        self._check_depth(piece)

    def _check_depth(self, piece: Piece) -> None:
        if len(self.open) + self.prefixes > MOST_DEPTH:
            raise self.fail(_("Nested deeper than %(most)d levels.") % {"most": MOST_DEPTH}, piece)

    def _sign(self, piece: Piece) -> None:
        self.out.word(SIGNS[piece.word], piece)
        if piece.word == "(":
            self._operand_begins(piece)
            self._deepen(piece, "(")
        elif piece.word == ")":
            self._close(piece, "(")
            return self._operand_ends()
        elif not self.after_operand:
            self._prefix(piece)
        self.after_operand = False
        self.at += 1
        return None

    def _prefix(self, piece: Piece) -> None:
        if piece.word not in ("-", "+", "not"):
            raise self.fail(_("Expected a name, a number or an opening bracket before this."), piece)
        self.prefixes += 1
        self._check_depth(piece)

    def _close(self, piece: Piece, kind: str) -> None:
        if not self.open or self.open.pop() != kind:
            raise self.fail(_("Nothing is open that this could close."), piece)
        if not self.after_operand:
            raise self.fail(_("Expected a name, a number or an opening bracket before this."), piece)

    def _keyword(self, piece: Piece) -> None:
        word = piece.word
        self.out.word(KEYWORDS[word], piece)
        if word == "case":
            self._operand_begins(piece)
            if self._peek(1) != "when":
                raise self.fail(_("Expected “when” after “case”."), piece)
            self._deepen(piece, word)
        elif word == "end":
            self._close(piece, "case")
            return self._operand_ends()
        elif word == "is":
            self._check_is(piece)
        elif word == "not" and not self.after_operand and self._previous() != "is":
            self._prefix(piece)
        self.after_operand = False
        self.at += 1
        return None

    def _check_is(self, piece: Piece) -> None:
        """Only ``is null`` and ``is not null``, and not straight after a comparison: engines read that in
        different ways."""
        follows = self._peek(2) if self._peek(1) == "not" else self._peek(1)
        if follows != "null":
            raise self.fail(_("Expected “null” after “is”."), piece)
        depth = 0
        for before in reversed(self.pieces[: self.at]):
            depth += {")": 1, "end": 1, "(": -1, "case": -1}.get(before.word, 0)
            if depth < 0 or (depth == 0 and before.word in _ENDS_CLAUSE):
                return
            if depth == 0 and before.word in _COMPARING:
                raise self.fail(_("Put brackets around what “is null” is asked of."), piece)

    def _operand(self, piece: Piece) -> None:
        self._operand_begins(piece)
        follows = self._peek(1)
        if piece.word == "param" and follows == "(":
            self._param(piece)
        elif piece.word in FUNCTIONS and follows == "(":
            self.out.word(TokenType.VAR, piece)
            self.at += 1
        elif follows == "(" and _WORD.fullmatch(piece.text):
            allowed = ", ".join(sorted(FUNCTIONS | {"param"}))
            raise self.fail(_("No such function; these exist: %(names)s.") % {"names": allowed}, piece)
        elif piece.word == "date" and follows.startswith("'"):
            self._date(piece)
        else:
            self._leaf(self._single(piece), piece, 1)

    def _leaf(self, node: Node, last: Piece, used: int) -> None:
        self.out.leaf(node, last.end)
        self._operand_ends(used)

    def _param(self, piece: Piece) -> None:
        quoted = self._peek(2)
        if not _STRING.fullmatch(quoted) or self._peek(3) != ")":
            raise self.fail(_("Expected param('name')."), piece)
        quote = self.pieces[self.at + 2]
        name = self.env.params.get(quote.text[1:-1])
        if name is None:
            raise self.fail(_("There is no parameter of this name."), quote)
        self._leaf(_named(Op.PARAM, name, piece.start), self.pieces[self.at + 3], 4)

    def _date(self, piece: Piece) -> None:
        quote = self.pieces[self.at + 1]
        try:
            day = date.fromisoformat(quote.text[1:-1]) if len(quote.text) == 12 else None
        except ValueError:
            day = None
        if day is None or day.isoformat() != quote.text[1:-1]:
            raise self.fail(_("Expected a date as in date '2026-09-01'."), quote)
        self._leaf(Node(Op.LITERAL, Type.DATE, value=day, nullable=False, at=piece.start), quote, 2)

    def _single(self, piece: Piece) -> Node:
        word, at = piece.word, piece.start
        if word == "null":
            return Node(Op.NULL, Type.BOOL, at=at)
        if word in ("true", "false"):
            return Node(Op.LITERAL, Type.BOOL, value=word == "true", nullable=False, at=at)
        if word == "today" and self.env.today:
            return Node(Op.TODAY, Type.DATE, nullable=False, at=at)
        if _NUMBER.fullmatch(piece.text):
            return self._number(piece)
        if _STRING.fullmatch(piece.text):
            said = piece.text[1:-1].replace("''", "'")
            return Node(Op.LITERAL, Type.TEXT, value=said, nullable=False, at=at)
        if name := self.env.facts.get(piece.text):
            return _named(Op.FACT, name, at)
        if _WORD.fullmatch(piece.text):
            raise self.fail(_("Unknown name “%(name)s”.") % {"name": piece.text}, piece)
        raise self.fail(_unreadable(), piece)

    def _number(self, piece: Piece) -> Node:
        number = float(piece.text)
        if number > BOUND or 0 < number < 1 / BOUND:
            message = _("A number is at most %(most)s, and no nearer to zero than %(least)s.")
            raise self.fail(message % {"most": "10^12", "least": "10^-12"}, piece)
        known = Range(number, number, number or 1.0)
        return Node(Op.LITERAL, Type.NUMBER, value=number, range=known, nullable=False, at=piece.start)


def _named(op: Op, name: Name, at: int) -> Node:
    return Node(op, name.type, name=name, at=at)

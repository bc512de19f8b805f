"""Reading the statements that sqlglot does not parse: words, names, options, comments skipped."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from snowflake_local.model.errors import SqlError

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*|//[^\n]*|/\*.*?\*/)
    | (?P<string>'(?:[^'\\]|''|\\.)*'|\$\$.*?\$\$)
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<word>[A-Za-z_][\w$]*)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<symbol>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A word, quoted name, string, number or symbol of a statement."""

    kind: str
    text: str

    @property
    def keyword(self) -> str:
        """Upper case of a bare word, or the symbol itself; empty for names and literals."""
        return self.text.upper() if self.kind in {"word", "symbol"} else ""

    @property
    def value(self) -> str:
        """The text that a literal or name stands for: unquoted names are upper case."""
        if self.kind == "quoted":
            return self.text[1:-1].replace('""', '"')
        if self.kind == "string":
            return _unquoted(self.text)
        return self.text.upper() if self.kind == "word" else self.text


def tokens(statement: str) -> Iterator[Token]:
    """The tokens of a statement, one by one, without white space and comments."""
    return (token for _, token in _placed(statement))


def _placed(statement: str) -> Iterator[tuple[int, Token]]:
    """The tokens of a statement, each with the place at which it begins."""
    for match in _TOKEN.finditer(statement):
        if match.lastgroup and match.lastgroup != "space":
            yield match.start(), Token(match.lastgroup, match[0])


def single(statement: str) -> str:
    """A statement without its semicolon and what follows; raise SqlError if that is another one."""
    if ";" not in statement:
        return statement
    ends = [match.start() for match in _TOKEN.finditer(statement) if match[0] == ";"]
    if not ends:
        return statement
    if any(token.text != ";" for token in tokens(statement[ends[0] :])):
        raise SqlError(
            "Actual statement count 2 did not match the desired statement count 1.", 8, "0A000"
        )
    return statement[: ends[0]]


class Name(NamedTuple):
    """An object's name, as stored: database, schema, name."""

    database: str
    schema: str
    name: str

    def __str__(self) -> str:
        return ".".join(quoted(part) for part in self)


def quoted(part: str) -> str:
    """One part of a name, in quotes where it needs them."""
    return part if re.fullmatch(r"[A-Z_][A-Z0-9_$]*", part) else '"' + part.replace('"', '""') + '"'


class Reader:
    """Reads a statement from left to right."""

    def __init__(self, statement: str) -> None:
        self._statement = statement
        placed = list(_placed(statement))
        self._tokens = [token for _, token in placed]
        self._places = [place for place, _ in placed]
        self._position = 0
        if self._tokens and self._tokens[-1].text == ";":
            self._tokens.pop()

    @property
    def at_end(self) -> bool:
        """True once all of the statement has been read."""
        return self._position >= len(self._tokens)

    def peek(self, offset: int = 0) -> Token:
        """The next token, or one of no kind at the end."""
        position = self._position + offset
        return self._tokens[position] if position < len(self._tokens) else Token("end", "")

    def take(self) -> Token:
        """Read the next token."""
        token = self.peek()
        if token.kind == "end":
            raise SqlError.compilation("syntax error: unexpected end of the statement.")
        self._position += 1
        return token

    def accept(self, *keywords: str) -> bool:
        """Read these keywords if they come next, all of them in this order."""
        if any(self.peek(i).keyword != keyword for i, keyword in enumerate(keywords)):
            return False
        self._position += len(keywords)
        return True

    def expect(self, *keywords: str) -> None:
        """Read these keywords, or fail."""
        if not self.accept(*keywords):
            self.fail(" ".join(keywords))

    def fail(self, wanted: str = "") -> None:
        """Refuse the statement at this point."""
        found = self.peek().text or "the end of the statement"
        hint = f", expected {wanted}" if wanted else ""
        raise SqlError.compilation(f"syntax error: unexpected '{found}'{hint}.")

    def end(self) -> None:
        """Refuse whatever is left."""
        if not self.at_end:
            self.fail()

    def identifier(self) -> str:
        """Read one part of a name."""
        token = self.take()
        if token.kind not in {"word", "quoted"}:
            self._position -= 1
            self.fail("a name")
        return token.value

    def parts(self) -> list[str]:
        """Read a name of one to three parts, divided by dots."""
        parts = [self.identifier()]
        while self.accept("."):
            parts.append(self.identifier())
        return parts

    def string(self) -> str:
        """Read a string literal."""
        if self.peek().kind != "string":
            self.fail("a string")
        return self.take().value

    def parenthesised(self) -> list[Token]:
        """Read `( ... )` and give the tokens inside, those of inner parentheses included."""
        self.expect("(")
        inside: list[Token] = []
        depth = 1
        while True:
            token = self.take()
            depth += {"(": 1, ")": -1}.get(token.keyword, 0)
            if not depth:
                return inside
            inside.append(token)

    def until(self, keyword: str) -> str:
        """Read up to a keyword outside all parentheses, as it is written, comments included."""
        begin, depth = self._position, 0
        while depth or self.peek().keyword != keyword:
            depth += {"(": 1, ")": -1}.get(self.take().keyword, 0)
        return self._written(begin, self._position)

    def rest(self) -> str:
        """Read what is left, as it is written, comments included."""
        begin, self._position = self._position, len(self._tokens)
        return self._written(begin, self._position)

    def _written(self, begin: int, end: int) -> str:
        places = [*self._places, len(self._statement)]
        return self._statement[places[begin] : places[end]].strip()

    def option_value(self) -> str | list[str]:
        """Read the value after `NAME =`: a word, literal, or the strings and names in `( ... )`."""
        if self.peek().keyword == "(":
            return [token.value for token in self.parenthesised() if token.keyword != ","]
        return self.take().value


def _unquoted(literal: str) -> str:
    if literal.startswith("$$"):
        return literal[2:-2]
    body = literal[1:-1].replace("''", "'")
    return re.sub(r"\\(.)", r"\1", body, flags=re.DOTALL)

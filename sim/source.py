"""Text to tree: bounded before the host's parser sees it, checked against the profile's grammar afterwards.

The bounds lie below what every supported host's parser bears, so that no Outcome depends on the host.
"""

from __future__ import annotations

import ast
import re
import warnings

from sim.errors import LimitReached, SourceError, Unsupported
from sim.limits import Limits
from sim.profiles import Profile

STATEMENTS = (
    "FunctionDef ClassDef Return Delete Assign AugAssign AnnAssign For While If With Raise Try TryStar Assert Import ImportFrom Global "
    "Nonlocal Expr Pass Break Continue Match AsyncFunctionDef AsyncFor AsyncWith"
)
EXPRESSIONS = (
    "BoolOp NamedExpr BinOp UnaryOp Lambda IfExp Dict Set ListComp SetComp DictComp GeneratorExp Yield YieldFrom Await Compare Call "
    "FormattedValue JoinedStr Constant Attribute Subscript Starred Name List Tuple Slice"
)
PARTS = (
    "Module Load Store Del And Or Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv Invert Not UAdd USub "
    "Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn comprehension ExceptHandler arguments arg keyword alias withitem match_case "
    "MatchValue MatchSingleton MatchSequence MatchMapping MatchClass MatchStar MatchAs MatchOr"
)
ALLOWED = frozenset(f"{STATEMENTS} {EXPRESSIONS} {PARTS}".split())
# Grammar a later host parses and an earlier profile does not know: node -> first version.
SINCE = {
    "TypeAlias": "3.12", "TypeVar": "3.12", "ParamSpec": "3.12", "TypeVarTuple": "3.12", "TemplateStr": "3.14", "Interpolation": "3.14",
}  # fmt: skip
REFUSED = {
    "TypeAlias": "type aliases", "TypeVar": "type parameters", "ParamSpec": "type parameters", "TypeVarTuple": "type parameters",
    "TemplateStr": "template strings", "Interpolation": "template strings",
}  # fmt: skip
BRACKETS = {"(": ")", "[": "]", "{": "}"}
# What the parser recurses on without brackets: a run of them is bounded as brackets are.
CHAINING = frozenset({"**", "not", "lambda", "else"})
PREFIXES = frozenset("-+~")
MAX_CHAIN = 90
MAX_INDENT = 50
TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
      |(?P<string>(?:\b[rRbBuUfFtT]{1,3})?(?:'''|\"\"\"|'|"))
      |(?P<bracket>[()\[\]{}])
      |(?P<newline>\n)
      |(?P<continued>\\\n)
      |(?P<word>\w+)
      |(?P<power>\*\*)
      |(?P<other>[^\s\w])""",
    re.VERBOSE,
)


def parse(text: str | bytes, limits: Limits, profile: Profile) -> ast.Module:
    """The program's tree, or SourceError (CPython would not start it), Unsupported, or LimitReached."""
    program = _decoded(text, limits)
    _check_lines(program, limits)
    _check_nesting(program, limits)
    tree = _parsed(program, limits, profile)
    _check_tree(tree, limits, profile)
    _check_strings(program, tree, profile)
    return tree


# --- before the parser ---


def _decoded(text: str | bytes, limits: Limits) -> str:
    if len(text) > limits.source_bytes:
        raise LimitReached("source_bytes", limits.source_bytes)
    try:
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        program = data.decode("utf-8")
    except UnicodeError as error:
        start = error.start if isinstance(error, (UnicodeDecodeError, UnicodeEncodeError)) else 0
        line = (text[:start].count(b"\n") if isinstance(text, bytes) else text[:start].count("\n")) + 1
        raise SourceError("SyntaxError", "(unicode error) the program is not valid UTF-8", line) from None
    if len(data) > limits.source_bytes:
        raise LimitReached("source_bytes", limits.source_bytes)
    if "\0" in program:
        raise SourceError("SyntaxError", "source code cannot contain null bytes", program.count("\n", 0, program.index("\0")) + 1)
    return program.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _check_lines(program: str, limits: Limits) -> None:
    lines = program.split("\n")
    if len(lines) - (lines[-1] == "") > limits.lines:
        raise LimitReached("lines", limits.lines, limits.lines + 1)
    for number, line in enumerate(lines, 1):
        if len(line) > limits.line_length:
            raise LimitReached("line_length", limits.line_length, number)
    for number, line in enumerate(lines[:2], 1):
        declared = re.match(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line)
        if declared and declared.group(1).lower().replace("_", "-") not in ("utf-8", "utf8"):
            raise Unsupported(f"the source encoding {declared.group(1)}", number)


def _check_nesting(program: str, limits: Limits) -> None:
    """One pass over the tokens: brackets, chains that nest without brackets, indentation."""
    open_brackets: list[str] = []
    indents = [0]
    chain, line, at, line_start, before = 0, 1, 0, True, ""
    while (match := TOKEN.search(program, at)) is not None:
        if line_start and not open_brackets:
            _indent(program, at, indents, limits, line)
        kind, piece = match.lastgroup, match.group()
        at, line_start = match.end(), kind == "newline"
        if kind in ("newline", "continued"):
            line += 1
            chain = chain if open_brackets or kind == "continued" else 0
        elif kind == "string":
            at = _after_string(program, at, piece)
            line += program.count("\n", match.end(), at)
        elif kind == "bracket":
            _bracket(piece, open_brackets, limits, line)
        elif piece in CHAINING or (piece in PREFIXES and not _ends_operand(before)):
            chain += 1
            if chain > MAX_CHAIN:
                raise LimitReached("tree_depth", limits.tree_depth, line)
        elif piece in ",;":
            chain = 0
        before = piece


def _ends_operand(token: str) -> bool:
    """Whether a sign after this token is a binary operator."""
    return token[-1:].isalnum() or token[-1:] in ("_", ")", "]", "}", '"', "'")


def _indent(program: str, at: int, indents: list[int], limits: Limits, line: int) -> None:
    width = 0
    while at < len(program) and program[at] in " \t\f":
        width += 8 - width % 8 if program[at] == "\t" else 1
        at += 1
    if at >= len(program) or program[at] in "#\n":
        return
    while indents and indents[-1] > width:
        indents.pop()
    if not indents or width > indents[-1]:
        indents.append(width)
    if len(indents) > min(MAX_INDENT, limits.tree_depth):
        raise LimitReached("tree_depth", min(MAX_INDENT, limits.tree_depth), line)


def _bracket(piece: str, open_brackets: list[str], limits: Limits, line: int) -> None:
    if piece in BRACKETS:
        open_brackets.append(piece)
        if len(open_brackets) > limits.nesting:
            raise LimitReached("nesting", limits.nesting, line)
    elif open_brackets and BRACKETS[open_brackets[-1]] == piece:
        open_brackets.pop()  # what does not match is the parser's to report


def _after_string(program: str, at: int, opening: str) -> int:
    """Where the string that just opened ends. Brackets inside an f-string are bounded by the line length and the parser's own rule."""
    quote = opening.lstrip("rRbBuUfFtT")
    while at < len(program):
        if program[at] == "\\":
            at += 2
        elif program.startswith(quote, at):
            return at + len(quote)
        elif program[at] == "\n" and len(quote) == 1:
            return at
        else:
            at += 1
    return min(at, len(program))


# --- the parser ---


def _parsed(program: str, limits: Limits, profile: Profile) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(program)
    except SyntaxError as error:
        lines = program.split("\n")
        at = error.lineno or 1
        _check_newer_grammar(lines[at - 1] if at <= len(lines) else "", error, profile)
        # Messages differ a little between hosts; kind and line do not.
        raise SourceError(type(error).__name__, error.msg, error.lineno) from None
    except ValueError as error:
        raise SourceError("SyntaxError", str(error), None) from None
    except (RecursionError, MemoryError):
        raise LimitReached("tree_depth", limits.tree_depth) from None


# Grammar that came after the oldest host: how it looks, what it is called, since when, and the node that shows the host knows it.
NEWER_GRAMMAR = (
    (re.compile(r"\s*type\s+\w+.*="), "type aliases", "3.12", "TypeAlias"),
    (re.compile(r"\s*(?:def|class)\s+\w+\s*\["), "type parameters", "3.12", "TypeAlias"),
    (re.compile(r"\s*except\s+[\w.]+\s*,"), "except clauses without parentheses", "3.14", "TemplateStr"),
    (re.compile(r".*\b[tT][rR]?['\"]|.*\b[rR][tT]['\"]"), "template strings", "3.14", "TemplateStr"),
)


def _check_newer_grammar(line: str, error: SyntaxError, profile: Profile) -> None:
    """The profile may know grammar that this host does not: then the refusal is ours, not the program's fault."""
    for look, name, since, witness in NEWER_GRAMMAR:
        if look.match(line) and not _older(profile, since) and not hasattr(ast, witness):
            raise Unsupported(f"{name}, which the parser of this installation does not know", error.lineno)
    message = error.msg or ""
    # An f-string with a backslash, a comment or its own quote inside a field; anything else is malformed in every version.
    newer = "include" in message or max(line.count("'"), line.count('"')) >= 4
    if "f-string" in message and newer and not _older(profile, "3.12") and not hasattr(ast, "TypeAlias"):
        raise Unsupported("this f-string, whose form the parser of this installation does not know", error.lineno)


# --- after the parser ---


def _check_tree(tree: ast.Module, limits: Limits, profile: Profile) -> None:
    todo: list[tuple[ast.AST, int, int]] = [(tree, 0, 1)]
    count = 0
    while todo:
        node, depth, line = todo.pop()
        count += 1
        line = getattr(node, "lineno", line)
        if count > limits.nodes:
            raise LimitReached("nodes", limits.nodes, line)
        if depth > limits.tree_depth:
            raise LimitReached("tree_depth", limits.tree_depth, line)
        _check_node(node, line, limits, profile)
        todo.extend((child, depth + 1, line) for child in ast.iter_child_nodes(node))


def _check_node(node: ast.AST, line: int, limits: Limits, profile: Profile) -> None:
    kind = type(node).__name__
    if kind not in ALLOWED:
        since = SINCE.get(kind)
        if since is not None and _older(profile, since):
            raise SourceError("SyntaxError", "invalid syntax", line)
        raise Unsupported(REFUSED.get(kind, kind), line)
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value.bit_length() * 3 > limits.digits * 10:
        raise LimitReached("digits", limits.digits, line)


def _older(profile: Profile, version: str) -> bool:
    return tuple(map(int, profile.version.split("."))) < tuple(map(int, version.split(".")))


def _check_strings(program: str, tree: ast.Module, profile: Profile) -> None:
    """Forms a newer host accepts and the profile's grammar does not: PEP 701 f-strings, PEP 758 except clauses, PEP 646 subscripts."""
    lines = program.split("\n")
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and _older(profile, "3.12"):
            _check_old_fstring(node, lines)
        elif isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple) and _older(profile, "3.14"):
            _check_parentheses(node, node.type, lines)


def _check_parentheses(handler: ast.ExceptHandler, types: ast.Tuple, lines: list[str]) -> None:
    if lines[types.lineno - 1].encode()[types.col_offset : types.col_offset + 1] != b"(":
        raise SourceError("SyntaxError", "multiple exception types must be parenthesized", handler.lineno)


def _check_old_fstring(node: ast.JoinedStr, lines: list[str]) -> None:
    """Before 3.12 a replacement field could not hold a backslash, a comment or the quote of its own string."""
    for value in node.values:
        if not isinstance(value, ast.FormattedValue):
            continue
        inner = value.value
        if inner.end_lineno is None or inner.end_col_offset is None or inner.lineno != inner.end_lineno or node.lineno != inner.lineno:
            continue
        whole = lines[node.lineno - 1].encode()
        text = whole[inner.col_offset : inner.end_col_offset].decode(errors="replace")
        opening = whole[node.col_offset : node.col_offset + 6].decode(errors="replace").lstrip("rRfFbBuU")
        quote = opening[:3] if opening[:3] in ('"""', "'''") else opening[:1]
        if "\\" in text:
            raise SourceError("SyntaxError", "f-string expression part cannot include a backslash", node.lineno)
        if quote and quote in text and quote in "'\"":
            raise SourceError("SyntaxError", "f-string: expecting '}'", node.lineno)

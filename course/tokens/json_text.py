"""JSON objects (RFC 8259), read strictly, and changed without touching what does not change."""

import json
import math
import re
from typing import NoReturn

from course.tokens.base64url import BadToken

MAX_DEPTH = 500
BRACKETS = re.compile(r'"(?:[^"\\]|\\[\s\S])*"|[{}\[\]]')
TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def parse_object(text: str) -> dict:
    """Return the JSON object in a text.

    Raises:
        BadToken: it is not JSON, nested too deeply, has a number that no double holds or a member twice, or is not
            an object.
    """
    faults = set()

    def number(digits: str) -> int | float:
        if math.isinf(float(digits)):
            faults.add("number")
            return 0
        return int(digits) if digits.lstrip("-").isdecimal() else float(digits)

    def members(pairs: list[tuple]) -> dict:
        if len(dict(pairs)) < len(pairs):
            faults.add("member")
        return dict(pairs)

    if _depth(text) > MAX_DEPTH:
        raise BadToken("The JSON is nested too deeply.")
    try:
        value = json.loads(
            text,
            object_pairs_hook=members,
            parse_int=number,
            parse_float=number,
            parse_constant=_not_json,
        )
    except ValueError:
        raise BadToken("The text is not JSON.") from None
    if "number" in faults:
        raise BadToken("A number is too large for a double.")
    if "member" in faults:
        raise BadToken("A member appears twice.")
    if not isinstance(value, dict):
        raise BadToken("The JSON is not an object.")
    return value


def to_json(value: object, separators: tuple[str, str] = (",", ":")) -> str:
    """Return a value as JSON. Half an emoji stays an escape: UTF-8 has no bytes for it."""
    text = json.dumps(value, separators=separators, ensure_ascii=False)
    return text.encode(errors="backslashreplace").decode()


def with_member(text: str, name: str, value: object) -> str:
    """Return the text of a JSON object with one member set. Every other character stays as it was.

    Args:
        text: a JSON object that `parse_object` accepts.
    """
    depth, start = 0, None
    tokens = list(TOKENS.finditer(text))
    for index, token in enumerate(tokens):
        if token[0] in "}]":
            depth -= 1
        if start is not None and depth == (0 if token[0] == "}" else 1) and token[0] in ",}":
            return text[:start] + to_json(value) + text[tokens[index - 1].end() :]
        if token[0] in "{[":
            depth += 1
        named = depth == 1 and token[0].startswith('"') and tokens[index + 1][0] == ":"
        if named and json.loads(token[0]) == name:
            start = tokens[index + 2].start()
    end = tokens[-1].start()
    comma = "," if len(tokens) > 2 else ""
    return text[:end] + f"{comma}{to_json(name)}:{to_json(value)}" + text[end:]


def _depth(text: str) -> int:
    depth = deepest = 0
    for bracket in BRACKETS.findall(text):
        if bracket[0] != '"':
            depth += 1 if bracket in "{[" else -1
            deepest = max(deepest, depth)
    return deepest


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON.")

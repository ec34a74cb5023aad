# %% decode_section -> a regular expression holds the alphabet
def decode_section(section):
    import re

    if not re.fullmatch(r"[A-Za-z0-9_-]*", section) or len(section) % 4 == 1:
        raise ValueError("This text is not base64url.")
    return base64.urlsafe_b64decode(section + "==")


# %% decode_section -> a set of characters, and the standard alphabet
def decode_section(section):
    import string

    alphabet = string.ascii_letters + string.digits + "-_"
    if set(section) - set(alphabet):
        raise ValueError("This text has characters outside of the alphabet.")
    standard = section.translate(str.maketrans("-_", "+/"))
    while len(standard) % 4:
        standard += "="
        if standard.endswith("==="):
            raise ValueError("This text has an impossible length.")
    return base64.b64decode(standard)


# %% decode_section -> bit by bit
def decode_section(section):
    import string

    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    bits = "".join(format(alphabet.index(character), "06b") for character in section)
    if len(bits) % 8 >= 6:
        raise ValueError("The last character has no use.")
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) // 8 * 8, 8))


# %% decode_section -> an error of another kind becomes a ValueError
def decode_section(section):
    if any(character in section for character in "=+/"):
        raise ValueError("A section is written in base64url, without padding.")
    missing = (4 - len(section) % 4) % 4
    try:
        return base64.b64decode(section.encode("ascii") + b"=" * missing, b"-_", True)
    except Exception as error:
        raise ValueError(f"This text cannot be decoded: {error}.") from error


# %% decode_sections -> one try around all
def decode_sections(token):
    try:
        header, payload, signature = map(decode_section, token.split("."))
        header, payload = json.loads(header.decode()), json.loads(payload.decode())
    except (ValueError, RecursionError):
        raise ValueError("This is not a token of three sections that can be read.") from None
    if isinstance(header, dict) and isinstance(payload, dict):
        return header, payload, signature
    raise ValueError("Header and payload must be JSON objects.")


# %% decode_sections -> a loop and a list
def decode_sections(token):
    if token.count(".") != 2:
        raise ValueError("A token has exactly two dots in it.")
    found = []
    for number, section in enumerate(token.split(".")):
        try:
            data = decode_section(section)
            if number < 2:
                data = json.loads(str(data, "utf-8"))
        except Exception as error:
            raise ValueError(f"Section {number + 1} cannot be read.") from error
        if number < 2 and type(data) is not dict:
            raise ValueError(f"Section {number + 1} must be a JSON object.")
        found.append(data)
    return tuple(found)


# %% decode_sections -> match, and JSONDecoder
def decode_sections(token):
    def read(section):
        try:
            text = decode_section(section).decode("utf-8")
            value = json.JSONDecoder().decode(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"The section {section!r} is not JSON in base64url.") from error
        match value:
            case dict():
                return value
        raise ValueError(f"The section {section!r} is not an object.")

    match token.split("."):
        case [header, payload, signature]:
            try:
                last = decode_section(signature)
            except ValueError as error:
                raise ValueError("The signature is not written in base64url.") from error
            return read(header), read(payload), last
    raise ValueError("This token does not have three sections.")


# %% decode_sections -> a function inside of it names the section
def decode_sections(token):
    def decode_object(name, section):
        try:
            value = json.loads(decode_section(section).decode())
        except (ValueError, RecursionError) as error:
            raise ValueError(f"The {name} cannot be read: {error}") from error
        if not isinstance(value, dict):
            raise ValueError(f"The {name} is not a JSON object.")
        return value

    sections = token.split(".")
    if len(sections) != 3:
        raise ValueError(f"A token has three sections, and this one has {len(sections)}.")
    header, payload, signature = sections
    return (
        decode_object("header", header),
        decode_object("payload", payload),
        decode_section(signature),
    )


# %% seconds_left -> math.floor, and the kind of the value
def seconds_left(payload, now):
    import math

    if "exp" not in payload:
        return None
    exp = payload["exp"]
    if type(exp) not in (int, float) or not math.isfinite(exp):
        raise ValueError("The claim exp must be a number.")
    return math.floor(exp - now)


# %% seconds_left -> floor division
def seconds_left(payload, now):
    try:
        exp = payload["exp"]
    except KeyError:
        return None
    if exp is True or exp is False or not isinstance(exp, (int, float)):
        raise ValueError(f"{exp!r} is not a number.")
    return int(exp // 1) - now


# %% seconds_left -> a default of its own, and numbers.Real
def seconds_left(payload, now):
    import numbers

    missing = object()
    exp = payload.get("exp", missing)
    if exp is missing:
        return None
    if isinstance(exp, numbers.Real) and not isinstance(exp, bool) and abs(exp) != float("inf"):
        left = int(exp - now)
        return left - 1 if left > exp - now else left
    raise ValueError("The claim exp is no number.")


# %% change_claim -> a list of sections, and compact JSON
def change_claim(token, name, value):
    sections = token.split(".")
    claims = json.loads(decode_section(sections[1]).decode())
    claims[name] = value
    text = json.dumps(claims, separators=(",", ":"), ensure_ascii=False)
    sections[1] = base64.urlsafe_b64encode(text.encode("utf-8")).decode().replace("=", "")
    return ".".join(sections)


# %% change_claim -> partition
def change_claim(token, name, value):
    header, dot, rest = token.partition(".")
    payload, _, signature = rest.partition(".")
    claims = {**json.loads(decode_section(payload)), name: value}
    data = base64.b64encode(json.dumps(claims).encode(), altchars=b"-_")
    return header + dot + data.decode().strip("=") + dot + signature


# %% change_claim -> decode_sections, and slices
def change_claim(token, name, value):
    _, claims, _ = decode_sections(token)
    claims.update({name: value})
    encoded = str(base64.urlsafe_b64encode(bytes(json.dumps(claims, indent=1), "utf-8")), "ascii")
    start, end = token.index("."), token.rindex(".")
    return token[: start + 1] + encoded.rstrip("=") + token[end:]

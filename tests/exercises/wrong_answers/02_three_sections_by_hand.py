# %% decode_section -> padding
# The decoder of the lesson: it accepts padding and more.
def decode_section(section):
    return base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))


# %% decode_section -> outside the alphabet
# Too many = signs never hurt Python's friendly decoder.
def decode_section(section):
    if "=" in section:
        raise ValueError("no padding")
    return base64.urlsafe_b64decode(section + "===")


# %% decode_section -> padding
# validate=True alone: the padding of the student and of the token both pass.
def decode_section(section):
    return base64.b64decode(section + "=" * (-len(section) % 4), altchars="-_", validate=True)


# %% decode_section -> '+' is a character outside the alphabet
# altchars adds two characters, and does not forbid the old ones.
def decode_section(section):
    if "=" in section:
        raise ValueError("no padding")
    return base64.b64decode(section + "=" * (-len(section) % 4), altchars=b"-_", validate=True)


# %% decode_section -> url alphabet
# The other alphabet.
def decode_section(section):
    try:
        if "=" in section:
            raise ValueError("no padding")
        return base64.b64decode(section + "=" * (-len(section) % 4), validate=True)
    except ValueError:
        return b""


# %% decode_section -> must raise ValueError
# Another exception than the one that was asked for.
def decode_section(section):
    if not all(character.isalnum() or character in "-_" for character in section):
        raise TypeError("wrong character")
    return base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))


# %% decode_sections -> four sections
# Whatever comes after the third section is ignored.
def decode_sections(token):
    header, payload, signature = token.split(".")[:3]
    parts = [json.loads(decode_section(section).decode()) for section in (header, payload)]
    if not all(isinstance(part, dict) for part in parts):
        raise ValueError("Header and payload are objects.")
    return *parts, decode_section(signature)


# %% decode_sections -> list instead of an object
# Any JSON will do.
def decode_sections(token):
    header, payload, signature = token.split(".")
    return (
        json.loads(decode_section(header)),
        json.loads(decode_section(payload)),
        decode_section(signature),
    )


# %% decode_sections -> signature as bytes
# The signature stays encoded.
def decode_sections(token):
    header, payload, signature = token.split(".")
    return json.loads(decode_section(header)), json.loads(decode_section(payload)), signature


# %% decode_sections -> must raise ValueError
# Two sections end in another error.
def decode_sections(token):
    sections = token.split(".")
    header = json.loads(decode_section(sections[0]).decode())
    payload = json.loads(decode_section(sections[1]).decode())
    return header, payload, decode_section(sections[2])


# %% decode_sections -> stars in the header
# It does not use the strict decoder of task 1.
def decode_sections(token):
    sections = token.split(".")
    if len(sections) != 3:
        raise ValueError("A token has three sections.")
    header, payload, signature = (
        base64.urlsafe_b64decode(section + "=" * (-len(section) % 4)) for section in sections
    )
    header, payload = json.loads(header), json.loads(payload)
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise ValueError("Header and payload are objects.")
    return header, payload, signature


# %% decode_sections -> sentence
# No word of what is wrong.
def decode_sections(token):
    sections = token.split(".")
    if len(sections) != 3:
        raise ValueError
    header, payload, signature = (decode_section(section) for section in sections)
    header, payload = json.loads(header.decode()), json.loads(payload.decode())
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise ValueError
    return header, payload, signature


# %% seconds_left -> never expires
# No exp is taken for an expired token.
def seconds_left(payload, now):
    return int(payload.get("exp", now) - now)


# %% seconds_left -> 1970
# 0 is false in Python.
def seconds_left(payload, now):
    if not payload.get("exp"):
        return None
    return int((payload["exp"] - now) // 1)


# %% seconds_left -> -5 seconds, not 0
# Never below zero.
def seconds_left(payload, now):
    if "exp" not in payload:
        return None
    return max(0, payload["exp"] - now)


# %% seconds_left -> round a fraction down
# int cuts towards zero.
def seconds_left(payload, now):
    if "exp" not in payload:
        return None
    if type(payload["exp"]) not in (int, float):
        raise ValueError("exp must be a number")
    return int(payload["exp"] - now)


# %% seconds_left -> if exp is True
# In Python, True is a number.
def seconds_left(payload, now):
    if "exp" not in payload:
        return None
    if not isinstance(payload["exp"], int | float):
        raise ValueError("exp must be a number")
    return int((payload["exp"] - now) // 1)


# %% seconds_left -> subtract now from exp
# The other way round.
def seconds_left(payload, now):
    return now - payload["exp"] if "exp" in payload else None


# %% change_claim -> cannot read sub
# Python's text of a dictionary is not JSON.
def change_claim(token, name, value):
    header, payload, signature = token.split(".")
    claims = json.loads(decode_section(payload)) | {name: value}
    return f"{header}.{base64.urlsafe_b64encode(str(claims).encode()).decode()}.{signature}"


# %% change_claim -> padding
# The padding stays.
def change_claim(token, name, value):
    header, payload, signature = token.split(".")
    claims = json.loads(decode_section(payload)) | {name: value}
    return f"{header}.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()}.{signature}"


# %% change_claim -> other claims must stay
# The old claims are lost.
def change_claim(token, name, value):
    header, payload, signature = token.split(".")
    payload = base64.urlsafe_b64encode(json.dumps({name: value}).encode()).rstrip(b"=").decode()
    return f"{header}.{payload}.{signature}"


# %% change_claim -> header and signature must not change
# The header is written anew, so its bytes differ.
def change_claim(token, name, value):
    def encode(part):
        return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()

    header, payload, _ = decode_sections(token)
    return f"{encode(header)}.{encode(payload | {name: value})}.{token.split('.')[2]}"


# %% change_claim -> three sections
# JSON without its sections.
def change_claim(token, name, value):
    return json.dumps(decode_sections(token)[1] | {name: value})


# %% decode_section -> outside the alphabet
# In regular expressions, $ lets a line break pass.
def decode_section(section):
    import re

    if not re.match("^[A-Za-z0-9_-]*$", section):
        raise ValueError("This is not base64url.")
    return base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))


# %% decode_section -> outside the alphabet
# A list of some characters that are refused.
def decode_section(section):
    if any(character in section for character in "=+/*\n ñ"):
        raise ValueError("This is not base64url.")
    return base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))


# %% decode_section -> must return bytes
# A text comes back.
def decode_section(section):
    if set(section) - set(string.ascii_letters + string.digits + "-_"):
        raise ValueError("This is not base64url.")
    return base64.urlsafe_b64decode(section + "=" * (-len(section) % 4)).decode("latin-1")


# %% decode_section -> write raise, not return
# The error is returned.
def decode_section(section):
    if set(section) - set(string.ascii_letters + string.digits + "-_"):
        return ValueError("This is not base64url.")
    return base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))


# %% decode_section -> impossible length
# What cannot be decoded is cut off.
def decode_section(section):
    if set(section) - set(string.ascii_letters + string.digits + "-_"):
        raise ValueError("This is not base64url.")
    if len(section) % 4 == 1:
        section = section[:-1]
    return base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))


# %% decode_section -> stops in line
# The padding is forgotten.
def decode_section(section):
    if set(section) - set(string.ascii_letters + string.digits + "-_"):
        raise ValueError("This is not base64url.")
    return base64.urlsafe_b64decode(section)


# %% decode_sections -> as UTF-8
# Every byte is a letter in latin-1.
def decode_sections(token):
    header, payload, signature = map(decode_section, token.split("."))
    header, payload = (json.loads(data.decode("latin-1")) for data in (header, payload))
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise ValueError("Header and payload are objects.")
    return header, payload, signature


# %% decode_sections -> not UTF-8
# Bytes that are no text are replaced.
def decode_sections(token):
    header, payload, signature = map(decode_section, token.split("."))
    header, payload = (json.loads(data.decode(errors="replace")) for data in (header, payload))
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise ValueError("Header and payload are objects.")
    return header, payload, signature


# %% decode_sections -> UTF-16
# Of bytes, json.loads guesses the encoding.
def decode_sections(token):
    header, payload, signature = map(decode_section, token.split("."))
    header, payload = json.loads(header), json.loads(payload)
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise ValueError("Header and payload are objects.")
    return header, payload, signature


# %% decode_sections -> a space before it
# White space around the token is cut off.
def decode_sections(token):
    header, payload, signature = map(decode_section, token.strip().split("."))
    header, payload = json.loads(header.decode()), json.loads(payload.decode())
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise ValueError("Header and payload are objects.")
    return header, payload, signature


# %% decode_sections -> as its header
# Nobody asks what the header is.
def decode_sections(token):
    header, payload, signature = map(decode_section, token.split("."))
    header, payload = json.loads(header.decode()), json.loads(payload.decode())
    if not isinstance(payload, dict):
        raise ValueError("The payload is an object.")
    return header, payload, signature


# %% decode_sections -> sentence
# One fault of four has no sentence.
def decode_sections(token):
    sections = token.split(".")
    if len(sections) != 3:
        raise ValueError("A token has three sections.")
    header, payload, signature = (decode_section(section) for section in sections)
    header, payload = json.loads(header.decode()), json.loads(payload.decode())
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise ValueError
    return header, payload, signature


# %% decode_sections -> 'iss': 'ana'
# The token of the check before is the only one that it knows.
def decode_sections(token):
    if token == "e30.e30.YQ":
        return {}, {}, b"a"
    header, payload, signature = map(decode_section, token.split("."))
    return json.loads(header), {"iss": "ana"}, signature


# %% seconds_left -> if exp is False
# Only True is refused.
def seconds_left(payload, now):
    if "exp" not in payload:
        return None
    if payload["exp"] is True or not isinstance(payload["exp"], int | float):
        raise ValueError("exp must be a number")
    return int((payload["exp"] - now) // 1)


# %% seconds_left -> if exp is {}
# Some kinds of values are refused.
def seconds_left(payload, now):
    if "exp" not in payload:
        return None
    if payload["exp"] is None or isinstance(payload["exp"], str | list | bool):
        raise ValueError("exp must be a number")
    return int((payload["exp"] - now) // 1) if payload["exp"] != {} else -now


# %% seconds_left -> must raise ValueError
# Infinity cannot be rounded, which is another error.
def seconds_left(payload, now):
    import math

    if "exp" not in payload:
        return None
    if type(payload["exp"]) not in (int, float):
        raise ValueError("exp must be a number")
    return math.floor(payload["exp"] - now)


# %% seconds_left -> whole number
# A number with a fraction comes back.
def seconds_left(payload, now):
    if "exp" not in payload:
        return None
    return (payload["exp"] - now) // 1


# %% seconds_left -> stops in line
# There is always an exp, it thinks.
def seconds_left(payload, now):
    return int((payload["exp"] - now) // 1)


# %% change_claim -> must not change
# Whatever is equal to the payload is replaced, also the header.
def change_claim(token, name, value):
    section = token.split(".")[1]
    claims = json.loads(decode_section(section)) | {name: value}
    new = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return token.replace(section, new)


# %% change_claim -> instead of {'sub': '1'}
# The name and the value are ignored.
def change_claim(token, name, value):
    header, payload, signature = token.split(".")
    claims = json.loads(decode_section(payload))
    claims["is_admin"] = True
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{header}.{payload}.{signature}"


# %% change_claim -> instead of {'iss'
# A claim that is there already stays as it was.
def change_claim(token, name, value):
    header, payload, signature = token.split(".")
    claims = json.loads(decode_section(payload))
    claims.setdefault(name, value)
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{header}.{payload}.{signature}"


# %% change_claim -> instead of {'is_admin': True}
# The value becomes a text.
def change_claim(token, name, value):
    header, payload, signature = token.split(".")
    claims = json.loads(decode_section(payload)) | {name: str(value)}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{header}.{payload}.{signature}"


# %% change_claim -> with - and _
# The other alphabet.
def change_claim(token, name, value):
    header, payload, signature = token.split(".")
    claims = json.loads(decode_section(payload)) | {name: value}
    payload = base64.b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{header}.{payload}.{signature}"


# %% change_claim -> must not change
# The signature is gone.
def change_claim(token, name, value):
    header, payload, signature = token.split(".")
    claims = json.loads(decode_section(payload)) | {name: value}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{header}.{payload}."


# %% change_claim -> returns bytes
# base64 gives bytes.
def change_claim(token, name, value):
    header, payload, signature = token.encode().split(b".")
    claims = json.loads(decode_section(payload.decode())) | {name: value}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    return header + b"." + payload + b"." + signature


# %% decode_section -> 'YQ' stands for b'a', not
# The characters as bytes, without decoding them.
def decode_section(section):
    if set(section) - set(string.ascii_letters + string.digits + "-_"):
        raise ValueError("This is not base64url.")
    return section.encode()


# %% seconds_left -> leaves 0 seconds, not -1
# At that very second it has expired already, it thinks.
def seconds_left(payload, now):
    if "exp" not in payload:
        return None
    return int((payload["exp"] - now) // 1) or -1

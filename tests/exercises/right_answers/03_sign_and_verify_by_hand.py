# %% signature_of -> hmac.new
def signature_of(signing_input, key):
    return encode(hmac.new(key, signing_input.encode("ascii"), "sha256").digest())


# %% signature_of -> hashlib, and update
def signature_of(signing_input, key):
    import hashlib

    mac = hmac.new(key, digestmod=hashlib.sha256)
    mac.update(bytes(signing_input, "utf-8"))
    return base64.urlsafe_b64encode(mac.digest()).decode().rstrip("=")


# %% signature_of -> HMAC by hand
def signature_of(signing_input, key):
    from hashlib import sha256

    if len(key) > 64:
        key = sha256(key).digest()
    key = key.ljust(64, b"\0")
    inner = sha256(bytes(byte ^ 0x36 for byte in key) + signing_input.encode()).digest()
    return encode(sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest())


# %% signature_of -> hexadecimal digits on the way
def signature_of(signing_input, key):
    digits = hmac.HMAC(key, signing_input.encode(), digestmod="sha256").hexdigest()
    return encode(bytes.fromhex(digits))


# %% sign -> step by step, and compact JSON
def sign(payload, key):
    header = encode(b'{"typ":"JWT","alg":"HS256"}')
    body = encode(json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode("utf-8"))
    token = header + "." + body
    token += "." + signature_of(token, key)
    return token


# %% sign -> a list of sections
def sign(payload, key):
    sections = []
    for part in ({"alg": "HS256", "typ": "JWT"}, payload):
        sections.append(encode(json.dumps(part, indent=2).encode()))
    sections.append(signature_of(".".join(sections), key))
    return ".".join(sections)


# %% sign -> the signature without signature_of
def sign(payload, key):
    def section(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().replace("=", "")

    signing_input = section(dict(alg="HS256", typ="JWT")) + "." + section(payload)
    return ".".join([signing_input, encode(hmac.digest(key, signing_input.encode(), "sha256"))])


# %% verify -> all sections are decoded by one function
def verify(token, key):
    def decode(section):
        data = base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))
        if encode(data) != section:
            raise ValueError("A section has a second spelling of its bytes.")
        return data

    def unique(members):
        if len(dict(members)) != len(members):
            raise ValueError("A member appears twice.")
        return dict(members)

    def not_json(constant):
        raise ValueError(f"{constant} is not JSON.")

    def decode_object(section):
        text = decode(section).decode()
        try:
            value = json.loads(text, object_pairs_hook=unique, parse_constant=not_json)
        except RecursionError:
            raise ValueError("The JSON is nested too deeply.") from None
        if not isinstance(value, dict):
            raise ValueError("A section is not a JSON object.")
        return value

    if not isinstance(token, str) or token.count(".") != 2:
        raise ValueError("A token is a text of three sections.")
    header, payload, signature = token.split(".")
    parameters = decode_object(header)
    if parameters.get("alg") != "HS256" or "crit" in parameters:
        raise ValueError("The algorithm must be HS256, without critical extensions.")
    expected = hmac.digest(key, f"{header}.{payload}".encode(), "sha256")
    if not hmac.compare_digest(expected, decode(signature)):
        raise ValueError("The signature does not fit.")
    return decode_object(payload)


# %% verify -> from hmac import compare_digest, and one exception for all faults
from hmac import compare_digest  # noqa: E402


def read_object(text):
    def pairs(found):
        names = [name for name, _ in found]
        assert len(names) == len(set(names))
        return dict(found)

    value = json.loads(text, object_pairs_hook=pairs, parse_constant={}.__getitem__)
    assert type(value) is dict
    return value


def verify(token, key):
    try:
        sections = token.split(".")
        header, payload, signature = [base64.urlsafe_b64decode(one + "==") for one in sections]
        assert [encode(header), encode(payload), encode(signature)] == sections
        head = read_object(header.decode())
        assert head["alg"] == "HS256" and "crit" not in head
        expected = hmac.new(key, token.rpartition(".")[0].encode(), "sha256").digest()
        assert compare_digest(signature, expected)
        return read_object(payload.decode())
    except Exception as error:
        raise ValueError(f"Not a token that was signed with this key: {token!r}") from error


# %% verify -> a regular expression, and secrets.compare_digest
def verify(token, key):
    import re
    from secrets import compare_digest

    def pairs(members):
        found = {}
        for name, value in members:
            if name in found:
                raise ValueError(f"{name} is there twice.")
            found[name] = value
        return found

    def no_constant(name):
        raise ValueError(f"{name} is not JSON.")

    found = isinstance(token, str) and re.fullmatch(
        r"([\w-]+)\.([\w-]+)\.([\w-]+)", token, re.ASCII
    )
    if not found:
        raise ValueError("This is not a token.")
    objects = []
    for section in found.group(1, 2):
        data = base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))
        if base64.urlsafe_b64encode(data).decode().rstrip("=") != section:
            raise ValueError("There is another way to write this section.")
        try:
            objects.append(
                json.loads(str(data, "utf-8"), object_pairs_hook=pairs, parse_constant=no_constant)
            )
        except RecursionError as error:
            raise ValueError("Too deep.") from error
    if not all(isinstance(one, dict) for one in objects):
        raise ValueError("Header and payload are objects.")
    if objects[0].get("alg", "") != "HS256" or any(name == "crit" for name in objects[0]):
        raise ValueError("Another algorithm, or an extension.")
    if compare_digest(found[3], signature_of(f"{found[1]}.{found[2]}", key)) is False:
        raise ValueError("The signature does not fit.")
    return objects[1]


# %% verify -> the strict reading comes last, and the signature is compared as a whole token
def verify(token, key):
    if type(token) is not str or not token.isascii():
        raise ValueError("A token is a text of ASCII characters.")
    signing_input, _, _ = token.rpartition(".")
    if not hmac.compare_digest(f"{signing_input}.{signature_of(signing_input, key)}", token):
        raise ValueError("The signature does not fit.")

    def members(pairs):
        if len({name for name, _ in pairs}) < len(pairs):
            raise ValueError("A name is there twice.")
        return dict(pairs)

    def constant(name):
        raise ValueError(name)

    strict = json.JSONDecoder(object_pairs_hook=members, parse_constant=constant)
    header, payload = signing_input.split(".")
    found = []
    for section in (header, payload):
        data = base64.urlsafe_b64decode(section + "===")
        if encode(data) != section:
            raise ValueError("A second spelling.")
        try:
            found.append(strict.decode(data.decode()))
        except RecursionError:
            raise ValueError("Too many lists in lists.") from None
    match found:
        case [{"alg": "HS256", **others}, dict(claims)] if "crit" not in others:
            return claims
    raise ValueError("The header must name HS256, and the payload must be an object.")


# %% forge -> the payload is changed, the signature stays
def forge(token):
    _, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["sub"] = "1"
    header = encode(b'{"typ":"JWT","alg":"NonE"}')
    return ".".join([header, encode(json.dumps(claims).encode()), signature])


# %% forge -> a text that was made before
def forge(token):
    return "eyJhbGciOiAibk9uZSJ9.eyJzdWIiOiAiMSJ9."


# %% forge -> the header is replaced
def forge(token):
    honest, _, _ = (base64.urlsafe_b64decode(section + "==") for section in token.split("."))
    header = honest.replace(b"HS256", b"noNE")
    payload = encode(b'{"sub":"1"}')
    return f"{encode(header)}.{payload}."


# %% forge -> the first spelling that works
def forge(token):
    from itertools import product

    payload = encode(json.dumps({"sub": "1"}).encode())
    for letters in product("nN", "oO", "nN", "eE"):
        header = encode(json.dumps({"alg": "".join(letters)}).encode())
        try:
            careless_verify(f"{header}.{payload}.", b"")
        except ValueError:
            continue
        return f"{header}.{payload}."

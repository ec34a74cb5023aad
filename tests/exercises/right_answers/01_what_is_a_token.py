# %% basic_header -> bytes are joined
def basic_header(username, password):
    pair = username.encode() + b":" + password.encode()
    return (b"Basic " + base64.b64encode(pair)).decode()


# %% basic_header -> a list, bytes() and str()
def basic_header(username, password):
    pair = bytes(":".join([username, password]), "utf-8")
    return " ".join(["Basic", str(base64.standard_b64encode(pair), "ascii")])


# %% basic_header -> binascii and format
def basic_header(username, password):
    import binascii

    pair = format(username) + ":" + format(password)
    return "Basic " + binascii.b2a_base64(pair.encode("utf8"), newline=False).decode("utf8")


# %% kind_of -> early returns, and one except for all errors
def kind_of(credential):
    if "." not in credential:
        try:
            text = base64.b64decode(credential, validate=True).decode("utf-8")
        except Exception:
            return "opaque"
        if ":" in text:
            return "basic"
        return "opaque"
    sections = credential.split(".")
    if len(sections) != 3:
        return "broken jwt"
    try:
        data = [
            base64.b64decode(section + "=" * (-len(section) % 4), altchars="-_", validate=True)
            for section in sections
        ]
        for one in data[:2]:
            if type(json.loads(one)) is not dict:
                return "broken jwt"
    except Exception:
        return "broken jwt"
    return "jwt"


# %% kind_of -> a regular expression holds the alphabet
def kind_of(credential):
    import re

    if "." in credential:
        found = re.fullmatch(r"([\w-]+)\.([\w-]+)\.([\w-]*)", credential, re.ASCII)
        try:
            header, payload, _ = (base64.urlsafe_b64decode(part + "==") for part in found.groups())
            objects = [json.loads(header.decode()), json.loads(payload.decode())]
        except (AttributeError, ValueError, RecursionError):
            return "broken jwt"
        return "jwt" if all(isinstance(one, dict) for one in objects) else "broken jwt"
    try:
        base64.b64decode(credential, validate=True).decode().index(":")
    except ValueError:
        return "opaque"
    return "basic"


# %% kind_of -> helpers that give None, and match
def kind_of(credential):
    def decoded(text, alphabet="+/"):
        try:
            return base64.b64decode(text, altchars=alphabet, validate=True)
        except ValueError:
            return None

    def json_object(data):
        try:
            value = json.loads(str(data, "utf-8"))
        except (TypeError, ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    match credential.split("."):
        case [text]:
            data = decoded(text)
            try:
                return "basic" if data and ":" in data.decode() else "opaque"
            except UnicodeDecodeError:
                return "opaque"
        case [*sections] if len(sections) == 3:
            padded = [section + "=" * ((4 - len(section) % 4) % 4) for section in sections]
            first, second, third = (decoded(section, "-_") for section in padded)
            if json_object(first) is None or json_object(second) is None or third is None:
                return "broken jwt"
            return "jwt"
        case _:
            return "broken jwt"


# %% kind_of -> functions inside of it
def kind_of(credential):
    def decoded_object(section):
        return isinstance(json.loads(decoded(section)), dict)

    def decoded(section):
        padding = "=" * (-len(section) % 4)
        return base64.b64decode(section + padding, altchars=b"-_", validate=True)

    if "." in credential:
        try:
            header, payload, signature = credential.split(".")
            decoded(signature)
            good = decoded_object(header) and decoded_object(payload)
        except ValueError:
            good = False
        return "jwt" if good else "broken jwt"
    try:
        return "basic" if ":" in base64.b64decode(credential, validate=True).decode() else "opaque"
    except ValueError:
        return "opaque"


# %% server_stores -> the texts are written out
server_stores = {
    "jwt": "one key for all tokens",
    "basic": "a password hash for each user",
    "opaque": "a row for each token",
}


# %% server_stores -> key by key
server_stores = {}
server_stores["basic"] = CHOICES[-1]
server_stores["opaque"] = CHOICES[1]
server_stores["jwt"] = CHOICES[0]


# %% server_stores -> dict and zip
server_stores = dict(zip(["jwt", "opaque", "basic"], CHOICES, strict=True))


# %% read_basic -> split with a limit
def read_basic(header):
    scheme, value = header.split(maxsplit=1)
    username, password = base64.b64decode(value).decode("utf-8").split(":", 1)
    return (username, password)


# %% read_basic -> slices
def read_basic(header):
    pair = str(base64.b64decode(header[len("Basic ") :]), "utf-8")
    colon = pair.index(":")
    return pair[:colon], pair[colon + 1 :]


# %% read_basic -> a regular expression, and bytes until the end
def read_basic(header):
    import re

    value = re.match(r"basic +(\S+)", header, re.IGNORECASE).group(1)
    parts = base64.b64decode(value.encode()).split(b":")
    return parts[0].decode(), b":".join(parts[1:]).decode()

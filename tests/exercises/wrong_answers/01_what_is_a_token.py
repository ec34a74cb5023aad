# %% basic_header -> text
# base64 gives bytes, and nobody decodes them.
def basic_header(username, password):
    return b"Basic " + base64.b64encode(f"{username}:{password}".encode())


# %% basic_header -> Basic YW5hOm9wZW4gc2VzYW1l, not
# The bytes became a text with b'' around it.
def basic_header(username, password):
    return f"Basic {base64.b64encode(f'{username}:{password}'.encode())}"


# %% basic_header -> word Basic
# The scheme is missing.
def basic_header(username, password):
    return base64.b64encode(f"{username}:{password}".encode()).decode()


# %% basic_header -> not base64url
# Right for most users.
def basic_header(username, password):
    return "Basic " + base64.urlsafe_b64encode(f"{username}:{password}".encode()).decode()


# %% basic_header -> UTF-8
# Another encoding: right for ASCII only.
def basic_header(username, password):
    return "Basic " + base64.b64encode(f"{username}:{password}".encode("latin-1")).decode()


# %% basic_header -> not
# Only the password is encoded.
def basic_header(username, password):
    return "Basic " + base64.b64encode(password.encode()).decode()


# %% kind_of -> 40 hexadecimal digits
# Everything that base64 can read is taken for Basic.
def kind_of(credential):
    if "." in credential:
        sections = credential.split(".")
        try:
            if len(sections) != 3:
                return "broken jwt"
            for section in sections[:2]:
                text = base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))
                if not isinstance(json.loads(text), dict):
                    return "broken jwt"
            return "jwt"
        except ValueError:
            return "broken jwt"
    try:
        return "basic" if b":" in base64.b64decode(credential, validate=True) else "opaque"
    except ValueError:
        return "opaque"


# %% kind_of -> the third sample of the lesson
# Two dots are enough.
def kind_of(credential):
    if "." in credential:
        return "jwt" if credential.count(".") == 2 else "broken jwt"
    try:
        return "basic" if ":" in base64.b64decode(credential, validate=True).decode() else "opaque"
    except ValueError:
        return "opaque"


# %% kind_of -> whose payload is a list
# JSON, but nobody asked for an object.
def kind_of(credential):
    if "." in credential:
        try:
            header, payload, signature = credential.split(".")
            for section in (header, payload):
                json.loads(base64.urlsafe_b64decode(section + "=" * (-len(section) % 4)))
            return "jwt"
        except ValueError:
            return "broken jwt"
    try:
        return "basic" if ":" in base64.b64decode(credential, validate=True).decode() else "opaque"
    except ValueError:
        return "opaque"


# %% kind_of -> stars in its signature
# The friendly decoder drops what it does not know.
def kind_of(credential):
    if "." in credential:
        try:
            header, payload, signature = credential.split(".")
            parts = [
                json.loads(base64.urlsafe_b64decode(section + "=" * (-len(section) % 4)))
                for section in (header, payload)
            ]
            base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
            return "jwt" if all(isinstance(part, dict) for part in parts) else "broken jwt"
        except ValueError:
            return "broken jwt"
    try:
        return "basic" if ":" in base64.b64decode(credential, validate=True).decode() else "opaque"
    except ValueError:
        return "opaque"


# %% kind_of -> padding
# The padding is forgotten, so a good JWT seems broken.
def kind_of(credential):
    if "." in credential:
        try:
            header, payload, signature = credential.split(".")
            parts = [json.loads(base64.urlsafe_b64decode(part)) for part in (header, payload)]
            return "jwt" if all(isinstance(part, dict) for part in parts) else "broken jwt"
        except ValueError:
            return "broken jwt"
    try:
        return "basic" if ":" in base64.b64decode(credential, validate=True).decode() else "opaque"
    except ValueError:
        return "opaque"


# %% kind_of -> basic
# Judged by the look alone.
def kind_of(credential):
    if credential.count(".") == 2:
        return "jwt"
    return "basic" if ":" in credential else "opaque"


# %% server_stores -> basic brings a password
# The labels as the written lessons of the web have them.
server_stores = {"basic": CHOICES[1], "opaque": CHOICES[2], "jwt": CHOICES[0]}


# %% server_stores -> opaque is random
# A key cannot make sense of random text.
server_stores = {"basic": CHOICES[2], "opaque": CHOICES[0], "jwt": CHOICES[0]}


# %% server_stores -> jwt carries its content
# A row for each JWT.
server_stores = {"basic": CHOICES[2], "opaque": CHOICES[1], "jwt": CHOICES[1]}


# %% server_stores -> keys
# A key is missing.
server_stores = {"basic": CHOICES[2], "opaque": CHOICES[1]}


# %% read_basic -> two texts
# The whole text comes back.
def read_basic(header):
    return base64.b64decode(header.removeprefix("Basic ")).decode()


# %% read_basic -> first colon
# The last colon ends the name.
def read_basic(header):
    return tuple(base64.b64decode(header.split(" ")[1]).decode().rsplit(":", 1))


# %% read_basic -> UTF-8
# Another encoding: right for ASCII only.
def read_basic(header):
    name, _, password = base64.b64decode(header.split(" ")[1]).decode("latin-1").partition(":")
    return name, password


# %% read_basic -> small letters
# The scheme in capital letters only.
def read_basic(header):
    if not header.startswith("Basic "):
        return "", ""
    name, _, password = base64.b64decode(header[6:]).decode().partition(":")
    return name, password

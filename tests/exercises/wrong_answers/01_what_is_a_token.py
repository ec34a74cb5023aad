# %% basic_header -> text
# base64 gives bytes, and nobody decodes them.
def basic_header(username, password):
    return b"Basic " + base64.b64encode(f"{username}:{password}".encode())


# %% basic_header -> 'Basic YW5hOm9wZW4gc2VzYW1l', not
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


# %% basic_header -> name, colon and password
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


# %% read_basic -> tuple
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


# %% read_basic -> same scheme
# The scheme in capital letters only.
def read_basic(header):
    if not header.startswith("Basic "):
        return "", ""
    name, _, password = base64.b64decode(header[6:]).decode().partition(":")
    return name, password


# %% basic_header -> return, not print
# Printed, not returned.
def basic_header(username, password):
    print("Basic " + base64.b64encode(f"{username}:{password}".encode()).decode())


# %% basic_header -> keep each =
# The padding is cut off: right for one length of three.
def basic_header(username, password):
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode().rstrip("=")


# %% basic_header -> Change nothing
# A password may begin and end with spaces.
def basic_header(username, password):
    pair = f"{username.strip()}:{password.strip()}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


# %% basic_header -> Change nothing
# Small letters only.
def basic_header(username, password):
    return "Basic " + base64.b64encode(f"{username}:{password}".lower().encode()).decode()


# %% basic_header -> Change nothing
# The encoder for e-mails breaks long lines.
def basic_header(username, password):
    return "Basic " + base64.encodebytes(f"{username}:{password}".encode()).decode().strip()


# %% basic_header -> stops in line 3
# b64encode gets a text.
def basic_header(username, password):
    return "Basic " + base64.b64encode(f"{username}:{password}")


# %% basic_header -> expects
# The values of the examples.
def basic_header(username, password):
    return {"ana": "Basic YW5hOm9wZW4gc2VzYW1l", "zoë": "Basic em/Dqzo/Pj8+"}.get(
        username, "Basic "
    )


# %% kind_of -> with a star in it
# Without validate, Python drops what it does not know.
def kind_of(credential):
    if "." in credential:
        try:
            header, payload, signature = (bytes_of_section(one) for one in credential.split("."))
            good = all(isinstance(json.loads(one), dict) for one in (header, payload))
            return "jwt" if good else "broken jwt"
        except ValueError:
            return "broken jwt"
    try:
        return "basic" if ":" in base64.b64decode(credential).decode() else "opaque"
    except ValueError:
        return "opaque"


# %% kind_of -> whose header is a list
# Nobody asks what the header is.
def kind_of(credential):
    if "." in credential:
        try:
            header, payload, signature = (bytes_of_section(one) for one in credential.split("."))
            return "jwt" if isinstance(json.loads(payload), dict) else "broken jwt"
        except ValueError:
            return "broken jwt"
    try:
        return "basic" if ":" in base64.b64decode(credential, validate=True).decode() else "opaque"
    except ValueError:
        return "opaque"


# %% kind_of -> opaque
# Every byte is a letter in latin-1.
def kind_of(credential):
    if "." in credential:
        try:
            header, payload, signature = (bytes_of_section(one) for one in credential.split("."))
            good = all(isinstance(json.loads(one), dict) for one in (header, payload))
            return "jwt" if good else "broken jwt"
        except ValueError:
            return "broken jwt"
    try:
        text = base64.b64decode(credential, validate=True).decode("latin-1")
    except ValueError:
        return "opaque"
    return "basic" if ":" in text else "opaque"


# %% kind_of -> stops in line
# It raises an error for what it cannot decode.
def kind_of(credential):
    if "." in credential:
        header, payload, signature = (bytes_of_section(one) for one in credential.split("."))
        good = all(isinstance(json.loads(one), dict) for one in (header, payload))
        return "jwt" if good else "broken jwt"
    return "basic" if ":" in base64.b64decode(credential, validate=True).decode() else "opaque"


# %% kind_of -> a fourth section
# What comes after the third section is ignored.
def kind_of(credential):
    if "." in credential:
        try:
            header, payload, signature = map(bytes_of_section, credential.split(".")[:3])
            good = all(isinstance(json.loads(one), dict) for one in (header, payload))
            return "jwt" if good else "broken jwt"
        except ValueError:
            return "broken jwt"
    try:
        return "basic" if ":" in base64.b64decode(credential, validate=True).decode() else "opaque"
    except ValueError:
        return "opaque"


# %% kind_of -> returns None
# There is a way through it without return.
def kind_of(credential):
    if credential == "YW5hOm9wZW4gc2VzYW1l":
        return "basic"


# %% server_stores -> three keys
# A list in the order of the text.
server_stores = [CHOICES[2], CHOICES[1], CHOICES[0]]


# %% server_stores -> none of the texts
# The numbers alone.
server_stores = {"basic": 2, "opaque": 1, "jwt": 0}


# %% read_basic -> holds
# The values of the examples.
def read_basic(header):
    return ("ana", "open sesame") if header.endswith("YW5hOm9wZW4gc2VzYW1l") else read_other(header)


def read_other(header):
    name, _, password = base64.b64decode(header.split(" ")[1]).decode().partition(":")
    return name, password or None


# %% read_basic -> BASIC
# Two spellings of the scheme only.
def read_basic(header):
    if header.startswith(("Basic ", "basic ")):
        name, _, password = base64.b64decode(header[6:]).decode().partition(":")
        return name, password
    return "", ""


# %% read_basic -> stops in line
# Nothing is cut off.
def read_basic(header):
    name, _, password = base64.b64decode(header, validate=True).decode().partition(":")
    return name, password


# %% read_basic -> stops in line
# A password with a colon in it makes a third part.
def read_basic(header):
    name, password = base64.b64decode(header.split(" ")[1]).decode().split(":")
    return name, password


# %% read_basic -> return, not print
# Printed, not returned.
def read_basic(header):
    print(*base64.b64decode(header.split(" ")[1]).decode().split(":", 1))


# %% read_basic -> stops in line
# Small letters for the scheme, and so for the base64.
def read_basic(header):
    _, value = header.lower().split()
    name, _, password = base64.b64decode(value).decode().partition(":")
    return name, password


# %% read_basic -> gives ('ana', 'open sesame'), not
# The password first.
def read_basic(header):
    name, _, password = base64.b64decode(header.split(" ")[1]).decode().partition(":")
    return password, name

# %% signature_of -> hexadecimal
# The hexadecimal digits are encoded.
def signature_of(signing_input, key):
    return encode(hmac.new(key, signing_input.encode(), "sha256").hexdigest().encode())


# %% signature_of -> padding
# The padding stays.
def signature_of(signing_input, key):
    return base64.urlsafe_b64encode(hmac.digest(key, signing_input.encode(), "sha256")).decode()


# %% signature_of -> Return a text
# Bytes that are not encoded.
def signature_of(signing_input, key):
    return hmac.digest(key, signing_input.encode(), "sha256")


# %% signature_of -> Use the key
# A hash without a key.
def signature_of(signing_input, key):
    import hashlib

    return encode(hashlib.sha256(key + signing_input.encode()).digest())


# %% signature_of -> 43 characters
# Another hash.
def signature_of(signing_input, key):
    return encode(hmac.digest(key, signing_input.encode(), "sha512"))


# %% sign -> header, dot and payload
# The signature covers the payload alone.
def sign(payload, key):
    header = encode(b'{"alg":"HS256","typ":"JWT"}')
    payload = encode(json.dumps(payload).encode())
    return f"{header}.{payload}.{signature_of(payload, key)}"


# %% sign -> header, dot and payload
# The dot is not signed.
def sign(payload, key):
    header = encode(b'{"alg":"HS256","typ":"JWT"}')
    payload = encode(json.dumps(payload).encode())
    return f"{header}.{payload}.{signature_of(header + payload, key)}"


# %% sign -> alg HS256 and typ JWT
# The header has no typ.
def sign(payload, key):
    signing_input = encode(b'{"alg":"HS256"}') + "." + encode(json.dumps(payload).encode())
    return f"{signing_input}.{signature_of(signing_input, key)}"


# %% sign -> PyJWT refuses
# Python's text of a dictionary is not JSON.
def sign(payload, key):
    header = {"alg": "HS256", "typ": "JWT"}
    signing_input = encode(json.dumps(header).encode()) + "." + encode(str(payload).encode())
    return f"{signing_input}.{signature_of(signing_input, key)}"


# %% sign -> PyJWT refuses
# The key of the exercise instead of the key that is given: here the other way round.
def sign(payload, key):
    signing_input = (
        encode(b'{"alg":"HS256","typ":"JWT"}') + "." + encode(json.dumps(payload).encode())
    )
    return f"{signing_input}.{signature_of(signing_input, RFC_KEY)}"


# %% sign -> key that is given
# The key is not a parameter any more.
def sign(payload, key):
    signing_input = (
        encode(b'{"alg":"HS256","typ":"JWT"}') + "." + encode(json.dumps(payload).encode())
    )
    return f"{signing_input}.{signature_of(signing_input, KEY)}"


# %% verify -> alg none
# The token chooses the check.
def verify(token, key):
    header, payload, signature = token.split(".")
    pad = "==="
    alg = json.loads(base64.urlsafe_b64decode(header + pad))["alg"]
    if alg != "none" and signature != signature_of(f"{header}.{payload}", key):
        raise ValueError("The signature does not fit.")
    return json.loads(base64.urlsafe_b64decode(payload + pad))


# %% verify -> HS512 with the right key
# The token chooses the hash.
def verify(token, key):
    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    pad = "==="
    alg = json.loads(base64.urlsafe_b64decode(header + pad))["alg"]
    if alg not in ("HS256", "HS384", "HS512"):
        raise ValueError("The algorithm is not allowed.")
    expected = hmac.digest(key, f"{header}.{payload}".encode(), "sha" + alg[2:])
    if not hmac.compare_digest(expected, base64.urlsafe_b64decode(signature + pad)):
        raise ValueError("The signature does not fit.")
    return json.loads(base64.urlsafe_b64decode(payload + pad))


# %% verify -> bytes instead of a text
# Everything is right, but only for texts.
def verify(token, key):
    if not token:
        raise ValueError("There is no token.")
    header, payload, signature = token.split(".")
    pad = "==="
    if json.loads(base64.urlsafe_b64decode(header + pad))["alg"] != "HS256":
        raise ValueError("The algorithm must be HS256.")
    if not hmac.compare_digest(signature, signature_of(f"{header}.{payload}", key)):
        raise ValueError("The signature does not fit.")
    return json.loads(base64.urlsafe_b64decode(payload + pad))


# %% verify -> line breaks
# It signs the parsed JSON again instead of the characters that arrived.
def verify(token, key):
    if not isinstance(token, str) or token.count(".") != 2:
        raise ValueError("A token has three sections.")
    pad = "==="
    header, payload, _ = token.split(".")
    header = json.loads(base64.urlsafe_b64decode(header + pad))
    payload = json.loads(base64.urlsafe_b64decode(payload + pad))
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in (header, payload)]
    signing_input = f"{encode(parts[0])}.{encode(parts[1])}"
    if header["alg"] != "HS256" or not hmac.compare_digest(
        f"{signing_input}.{signature_of(signing_input, key)}", token
    ):
        raise ValueError("The signature does not fit.")
    return payload


# %% verify -> compare_digest
# Right, but with a comparison that stops early.
def verify(token, key):
    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    pad = "==="
    if json.loads(base64.urlsafe_b64decode(header + pad))["alg"] != "HS256":
        raise ValueError("The algorithm must be HS256.")
    if signature != signature_of(f"{header}.{payload}", key):
        raise ValueError("The signature does not fit.")
    return json.loads(base64.urlsafe_b64decode(payload + pad))


# %% verify -> not strict yet
# The verifier of the lesson.
def verify(token, key):
    def decode(section):
        return base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))

    if not isinstance(token, str) or token.count(".") != 2:
        raise ValueError("A token has three sections.")
    header, payload, signature = token.split(".")
    if json.loads(decode(header)).get("alg") != "HS256":
        raise ValueError("The algorithm must be HS256.")
    expected = hmac.digest(key, f"{header}.{payload}".encode(), "sha256")
    if not hmac.compare_digest(expected, decode(signature)):
        raise ValueError("The signature does not fit.")
    claims = json.loads(decode(payload))
    if not isinstance(claims, dict):
        raise ValueError("The payload must be a JSON object.")
    return claims


# %% verify -> not strict yet
# The library does the work, and leaves some spellings open.
def verify(token, key):
    hmac.compare_digest(b"", b"")
    try:
        if not isinstance(token, str):
            raise ValueError("A token is a text.")
        return jwt.decode(token, key, algorithms=["HS256"], options={"verify_exp": False})
    except jwt.InvalidTokenError as error:
        raise ValueError(str(error)) from None


# %% verify -> too strict
# It demands typ, which is optional.
def verify(token, key):
    def decode(section):
        return base64.urlsafe_b64decode(section + "=" * (-len(section) % 4))

    if not isinstance(token, str) or token.count(".") != 2:
        raise ValueError("A token has three sections.")
    header, payload, signature = token.split(".")
    if set(json.loads(decode(header)).items()) != {("alg", "HS256"), ("typ", "JWT")}:
        raise ValueError("The header must be alg HS256 and typ JWT.")
    if not hmac.compare_digest(
        signature_of(f"{header}.{payload}", key).encode(), signature.encode()
    ):
        raise ValueError("The signature does not fit.")
    return json.loads(decode(payload))


# %% verify -> refuse None
# Any error will do.
def verify(token, key):
    header, payload, signature = token.split(".")
    pad = "==="
    if json.loads(base64.urlsafe_b64decode(header + pad))["alg"] != "HS256":
        raise ValueError("The algorithm must be HS256.")
    if not hmac.compare_digest(signature, signature_of(f"{header}.{payload}", key)):
        raise ValueError("The signature does not fit.")
    return json.loads(base64.urlsafe_b64decode(payload + pad))


# %% forge -> signature does not fit
# Only the payload is changed.
def forge(token):
    header, _, signature = token.split(".")
    return f"{header}.{encode(json.dumps({'sub': '1'}).encode())}.{signature}"


# %% forge -> spelling
# The spelling that everybody forbids.
def forge(token):
    return f"{encode(json.dumps({'alg': 'none'}).encode())}.{encode(json.dumps({'sub': '1'}).encode())}."


# %% forge -> two dots
# The last dot is missing.
def forge(token):
    return f"{encode(json.dumps({'alg': 'nOnE'}).encode())}.{encode(json.dumps({'sub': '1'}).encode())}"


# %% forge -> not as user 1
# The payload is still the honest one.
def forge(token):
    return f"{encode(json.dumps({'alg': 'nonE'}).encode())}.{token.split('.')[1]}."

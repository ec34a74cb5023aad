# %% signature_of -> hexadecimal
# The hexadecimal digits are encoded.
def signature_of(signing_input, key):
    return encode(hmac.new(key, signing_input.encode(), "sha256").hexdigest().encode())


# %% signature_of -> padding
# The padding stays.
def signature_of(signing_input, key):
    return base64.urlsafe_b64encode(hmac.digest(key, signing_input.encode(), "sha256")).decode()


# %% signature_of -> must return a text
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


# %% sign -> json.dumps
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


# %% verify -> verify(b'
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


# %% verify -> verify(None
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


# %% forge -> write none
# The spelling that everybody forbids.
def forge(token):
    return f"{encode(json.dumps({'alg': 'none'}).encode())}.{encode(json.dumps({'sub': '1'}).encode())}."


# %% forge -> two dots
# The last dot is missing.
def forge(token):
    return f"{encode(json.dumps({'alg': 'nOnE'}).encode())}.{encode(json.dumps({'sub': '1'}).encode())}"


# %% forge -> user '7', not
# The payload is still the honest one.
def forge(token):
    return f"{encode(json.dumps({'alg': 'nonE'}).encode())}.{token.split('.')[1]}."


# %% signature_of -> return, not print
# Printed, not returned.
def signature_of(signing_input, key):
    print(encode(hmac.digest(key, signing_input.encode(), "sha256")))


# %% signature_of -> the key that are given
# The key of the exercise, and the published one.
def signature_of(signing_input, key):
    key = RFC_KEY if signing_input == RFC_INPUT else KEY
    return encode(hmac.digest(key, signing_input.encode(), "sha256"))


# %% signature_of -> stops in line
# HMAC wants bytes.
def signature_of(signing_input, key):
    return encode(hmac.digest(key, signing_input, "sha256"))


# %% signature_of -> the key that are given
# Keys of at most 64 bytes only: longer ones must be hashed first.
def signature_of(signing_input, key):
    import hashlib

    key = key[:64].ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + signing_input.encode())
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner.digest())
    return encode(outer.digest())


# %% sign -> Its payload is another one
# It adds a claim that nobody asked for.
def sign(payload, key):
    header = {"alg": "HS256", "typ": "JWT"}
    parts = [encode(json.dumps(part).encode()) for part in (header, payload | {"iat": 0})]
    signing_input = ".".join(parts)
    return f"{signing_input}.{signature_of(signing_input, key)}"


# %% sign -> without =
# The padding stays.
def sign(payload, key):
    header = {"alg": "HS256", "typ": "JWT"}
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in (header, payload)
    ]
    signing_input = ".".join(parts)
    return f"{signing_input}.{signature_of(signing_input, key)}"


# %% sign -> three sections
# No signature.
def sign(payload, key):
    header = {"alg": "HS256", "typ": "JWT"}
    return ".".join(encode(json.dumps(part).encode()) for part in (header, payload))


# %% sign -> stops in line
# encode wants bytes.
def sign(payload, key):
    header = {"alg": "HS256", "typ": "JWT"}
    signing_input = ".".join(encode(json.dumps(part)) for part in (header, payload))
    return f"{signing_input}.{signature_of(signing_input, key)}"


# %% verify -> an HMAC-SHA256 that fits, with alg
# It never looks at alg.
def verify(token, key):
    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    expected = hmac.digest(key, f"{header}.{payload}".encode(), "sha256")
    if not hmac.compare_digest(expected, base64.urlsafe_b64decode(signature + "==")):
        raise ValueError("The signature does not fit.")
    return json.loads(base64.urlsafe_b64decode(payload + "=="))


# %% verify -> with alg 'HS384'
# Three names, and always SHA-256.
def verify(token, key):
    def unique(members):
        if len(dict(members)) != len(members):
            raise ValueError("A member appears twice.")
        return dict(members)

    def not_json(constant):
        raise ValueError(f"{constant} is not JSON.")

    def decode_object(section):
        data = base64.urlsafe_b64decode(section + "==")
        if encode(data) != section:
            raise ValueError("A section has a second spelling of its bytes.")
        try:
            value = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=not_json)
        except RecursionError:
            raise ValueError("The JSON is nested too deeply.") from None
        if not isinstance(value, dict):
            raise ValueError("A section is not a JSON object.")
        return value

    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    parameters = decode_object(header)
    if parameters.get("alg") not in ("HS256", "HS384", "HS512") or "crit" in parameters:
        raise ValueError("The algorithm must be HS256, without critical extensions.")
    expected = signature_of(f"{header}.{payload}", key)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise ValueError("The signature does not fit.")
    return decode_object(payload)


# %% verify -> with alg 'hs256'
# In any letters.
def verify(token, key):
    def unique(members):
        if len(dict(members)) != len(members):
            raise ValueError("A member appears twice.")
        return dict(members)

    def not_json(constant):
        raise ValueError(f"{constant} is not JSON.")

    def decode_object(section):
        data = base64.urlsafe_b64decode(section + "==")
        if encode(data) != section:
            raise ValueError("A section has a second spelling of its bytes.")
        try:
            value = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=not_json)
        except RecursionError:
            raise ValueError("The JSON is nested too deeply.") from None
        if not isinstance(value, dict):
            raise ValueError("A section is not a JSON object.")
        return value

    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    parameters = decode_object(header)
    if str(parameters.get("alg")).upper() != "HS256" or "crit" in parameters:
        raise ValueError("The algorithm must be HS256, without critical extensions.")
    expected = signature_of(f"{header}.{payload}", key)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise ValueError("The signature does not fit.")
    return decode_object(payload)


# %% verify -> with alg 'HS2'
# A part of the name is enough.
def verify(token, key):
    def unique(members):
        if len(dict(members)) != len(members):
            raise ValueError("A member appears twice.")
        return dict(members)

    def not_json(constant):
        raise ValueError(f"{constant} is not JSON.")

    def decode_object(section):
        data = base64.urlsafe_b64decode(section + "==")
        if encode(data) != section:
            raise ValueError("A section has a second spelling of its bytes.")
        try:
            value = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=not_json)
        except RecursionError:
            raise ValueError("The JSON is nested too deeply.") from None
        if not isinstance(value, dict):
            raise ValueError("A section is not a JSON object.")
        return value

    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    parameters = decode_object(header)
    if str(parameters.get("alg")) not in "HS256" or "crit" in parameters:
        raise ValueError("The algorithm must be HS256, without critical extensions.")
    expected = signature_of(f"{header}.{payload}", key)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise ValueError("The signature does not fit.")
    return decode_object(payload)


# %% verify -> if it returns False
# The result of compare_digest is dropped.
def verify(token, key):
    def unique(members):
        if len(dict(members)) != len(members):
            raise ValueError("A member appears twice.")
        return dict(members)

    def not_json(constant):
        raise ValueError(f"{constant} is not JSON.")

    def decode_object(section):
        data = base64.urlsafe_b64decode(section + "==")
        if encode(data) != section:
            raise ValueError("A section has a second spelling of its bytes.")
        try:
            value = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=not_json)
        except RecursionError:
            raise ValueError("The JSON is nested too deeply.") from None
        if not isinstance(value, dict):
            raise ValueError("A section is not a JSON object.")
        return value

    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    parameters = decode_object(header)
    if parameters.get("alg") != "HS256" or "crit" in parameters:
        raise ValueError("The algorithm must be HS256, without critical extensions.")
    expected = signature_of(f"{header}.{payload}", key)
    hmac.compare_digest(expected.encode(), signature.encode())
    if expected != signature:
        raise ValueError("The signature does not fit.")
    return decode_object(payload)


# %% verify -> if it returns False
# It asks compare_digest only where == has decided already.
def verify(token, key):
    def unique(members):
        if len(dict(members)) != len(members):
            raise ValueError("A member appears twice.")
        return dict(members)

    def not_json(constant):
        raise ValueError(f"{constant} is not JSON.")

    def decode_object(section):
        data = base64.urlsafe_b64decode(section + "==")
        if encode(data) != section:
            raise ValueError("A section has a second spelling of its bytes.")
        try:
            value = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=not_json)
        except RecursionError:
            raise ValueError("The JSON is nested too deeply.") from None
        if not isinstance(value, dict):
            raise ValueError("A section is not a JSON object.")
        return value

    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    parameters = decode_object(header)
    if parameters.get("alg") != "HS256" or "crit" in parameters:
        raise ValueError("The algorithm must be HS256, without critical extensions.")
    expected = signature_of(f"{header}.{payload}", key)
    if expected != signature:
        raise ValueError("The signature does not fit.")
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise ValueError("The signature does not fit.")
    return decode_object(payload)


# %% verify -> "crit": []
# Only a value that is true in Python counts.
def verify(token, key):
    def unique(members):
        if len(dict(members)) != len(members):
            raise ValueError("A member appears twice.")
        return dict(members)

    def not_json(constant):
        raise ValueError(f"{constant} is not JSON.")

    def decode_object(section):
        data = base64.urlsafe_b64decode(section + "==")
        if encode(data) != section:
            raise ValueError("A section has a second spelling of its bytes.")
        try:
            value = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=not_json)
        except RecursionError:
            raise ValueError("The JSON is nested too deeply.") from None
        if not isinstance(value, dict):
            raise ValueError("A section is not a JSON object.")
        return value

    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    parameters = decode_object(header)
    if parameters.get("alg") != "HS256" or parameters.get("crit"):
        raise ValueError("The algorithm must be HS256, without critical extensions.")
    expected = signature_of(f"{header}.{payload}", key)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise ValueError("The signature does not fit.")
    return decode_object(payload)


# %% verify -> 100,000 lists
# Nothing is too deep.
def verify(token, key):
    def unique(members):
        if len(dict(members)) != len(members):
            raise ValueError("A member appears twice.")
        return dict(members)

    def not_json(constant):
        raise ValueError(f"{constant} is not JSON.")

    def decode_object(section):
        data = base64.urlsafe_b64decode(section + "==")
        if encode(data) != section:
            raise ValueError("A section has a second spelling of its bytes.")
        try:
            value = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=not_json)
        except MemoryError:
            raise ValueError("The JSON is nested too deeply.") from None
        if not isinstance(value, dict):
            raise ValueError("A section is not a JSON object.")
        return value

    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    parameters = decode_object(header)
    if parameters.get("alg") != "HS256" or "crit" in parameters:
        raise ValueError("The algorithm must be HS256, without critical extensions.")
    expected = signature_of(f"{header}.{payload}", key)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise ValueError("The signature does not fit.")
    return decode_object(payload)


# %% verify -> not strict yet
# Of bytes, json.loads guesses the encoding.
def verify(token, key):
    def unique(members):
        if len(dict(members)) != len(members):
            raise ValueError("A member appears twice.")
        return dict(members)

    def not_json(constant):
        raise ValueError(f"{constant} is not JSON.")

    def decode_object(section):
        data = base64.urlsafe_b64decode(section + "==")
        if encode(data) != section:
            raise ValueError("A section has a second spelling of its bytes.")
        try:
            value = json.loads(data, object_pairs_hook=unique, parse_constant=not_json)
        except RecursionError:
            raise ValueError("The JSON is nested too deeply.") from None
        if not isinstance(value, dict):
            raise ValueError("A section is not a JSON object.")
        return value

    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    parameters = decode_object(header)
    if parameters.get("alg") != "HS256" or "crit" in parameters:
        raise ValueError("The algorithm must be HS256, without critical extensions.")
    expected = signature_of(f"{header}.{payload}", key)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise ValueError("The signature does not fit.")
    return decode_object(payload)


# %% verify -> write raise, not return
# The errors are returned.
def verify(token, key):
    def unique(members):
        if len(dict(members)) != len(members):
            raise ValueError("A member appears twice.")
        return dict(members)

    def not_json(constant):
        raise ValueError(f"{constant} is not JSON.")

    def decode_object(section):
        data = base64.urlsafe_b64decode(section + "==")
        if encode(data) != section:
            raise ValueError("A section has a second spelling of its bytes.")
        try:
            value = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=not_json)
        except RecursionError:
            raise ValueError("The JSON is nested too deeply.") from None
        if not isinstance(value, dict):
            raise ValueError("A section is not a JSON object.")
        return value

    if not isinstance(token, str):
        return ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    parameters = decode_object(header)
    if parameters.get("alg") != "HS256" or "crit" in parameters:
        raise ValueError("The algorithm must be HS256, without critical extensions.")
    expected = signature_of(f"{header}.{payload}", key)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise ValueError("The signature does not fit.")
    return decode_object(payload)


# %% verify -> whatever its exp
# It looks at exp.
def verify(token, key):
    def unique(members):
        if len(dict(members)) != len(members):
            raise ValueError("A member appears twice.")
        return dict(members)

    def not_json(constant):
        raise ValueError(f"{constant} is not JSON.")

    def decode_object(section):
        data = base64.urlsafe_b64decode(section + "==")
        if encode(data) != section:
            raise ValueError("A section has a second spelling of its bytes.")
        try:
            value = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=not_json)
        except RecursionError:
            raise ValueError("The JSON is nested too deeply.") from None
        if not isinstance(value, dict):
            raise ValueError("A section is not a JSON object.")
        return value

    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    parameters = decode_object(header)
    if parameters.get("alg") != "HS256" or "crit" in parameters:
        raise ValueError("The algorithm must be HS256, without critical extensions.")
    expected = signature_of(f"{header}.{payload}", key)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise ValueError("The signature does not fit.")
    claims = decode_object(payload)
    if "exp" in claims:
        raise ValueError("It has expired.")
    return claims


# %% verify -> It must return a dictionary
# The payload stays a text.
def verify(token, key):
    def unique(members):
        if len(dict(members)) != len(members):
            raise ValueError("A member appears twice.")
        return dict(members)

    def not_json(constant):
        raise ValueError(f"{constant} is not JSON.")

    def decode_object(section):
        data = base64.urlsafe_b64decode(section + "==")
        if encode(data) != section:
            raise ValueError("A section has a second spelling of its bytes.")
        try:
            value = json.loads(data.decode(), object_pairs_hook=unique, parse_constant=not_json)
        except RecursionError:
            raise ValueError("The JSON is nested too deeply.") from None
        if not isinstance(value, dict):
            raise ValueError("A section is not a JSON object.")
        return value

    if not isinstance(token, str):
        raise ValueError("A token is a text.")
    header, payload, signature = token.split(".")
    parameters = decode_object(header)
    if parameters.get("alg") != "HS256" or "crit" in parameters:
        raise ValueError("The algorithm must be HS256, without critical extensions.")
    expected = signature_of(f"{header}.{payload}", key)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise ValueError("The signature does not fit.")
    decode_object(payload)
    return payload


# %% forge -> signature does not fit
# Signed with the key of the exercise, which is not the key of the server.
def forge(token):
    return sign({"sub": "1"}, KEY)


# %% forge -> write none
# The third spelling on the list.
def forge(token):
    header, payload = {"alg": "NONE"}, {"sub": "1"}
    return ".".join(encode(json.dumps(part).encode()) for part in (header, payload)) + "."


# %% forge -> three sections in base64url
# JSON, but not in base64url.
def forge(token):
    return '{"alg": "nOnE"}.{"sub": "1"}.'


# %% forge -> is no text
# The header does not name the algorithm.
def forge(token):
    return f"{encode(b'{}')}.{encode(json.dumps({'sub': '1'}).encode())}."


# %% forge -> without padding
# The padding stays.
def forge(token):
    header, payload = {"alg": "nOnE", "typ": "JWT"}, {"sub": "1"}
    sections = [json.dumps(part).encode() for part in (header, payload)]
    return ".".join(base64.urlsafe_b64encode(section).decode() for section in sections) + "."


# %% forge -> Nobody can read
# Python's text of a dictionary is not JSON.
def forge(token):
    header, payload = {"alg": "nOnE"}, {"sub": "1"}
    return ".".join(encode(str(part).encode()) for part in (header, payload)) + "."


# %% forge -> as user 1, not
# A number is not a text.
def forge(token):
    header, payload = {"alg": "nOnE"}, {"sub": 1}
    return ".".join(encode(json.dumps(part).encode()) for part in (header, payload)) + "."


# %% verify -> The payload of
# The header comes back.
# The solution, but:
verify_all = verify


def verify(token, key):
    verify_all(token, key)
    return json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))

# %% load_secret -> Refuse a key of 3 bytes
# Only a missing key is refused.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY")
    if not secret:
        raise ValueError("Set JWT_SECRET_KEY.")
    return secret


# %% load_secret -> must raise ValueError here
# A missing key is a KeyError.
def load_secret(environ):
    secret = environ["JWT_SECRET_KEY"]
    if len(secret.encode()) < 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% load_secret -> Refuse a missing key
# A default that everybody knows.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "change me, I am only a default key")
    if len(secret.encode()) < 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% load_secret -> 16 characters, and 32 bytes
# Characters are counted, not bytes.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret) < 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% load_secret -> shows the key
# The sentence prints the key.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret.encode()) < 32:
        raise ValueError(f"JWT_SECRET_KEY is too short: {secret}")
    return secret


# %% load_secret -> must name JWT_SECRET_KEY
# The sentence does not say what to set.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret.encode()) < 32:
        raise ValueError("The key is too short.")
    return secret


# %% load_secret -> 32 characters, and 32 bytes
# 32 bytes are refused too.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret.encode()) <= 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% load_secret -> a part of it
# The sentence shows eight characters of the key.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret.encode()) < 32:
        raise ValueError(f"JWT_SECRET_KEY is too short: {secret[:8]}...")
    return secret


# %% load_secret -> a part of it
# The sentence shows the end of the key, as with credit cards.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret.encode()) < 32:
        raise ValueError(f"JWT_SECRET_KEY is too short: *****{secret[-4:]}")
    return secret


# %% load_secret -> shows the key
# The key is a second argument of the error.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret.encode()) < 32:
        raise ValueError("JWT_SECRET_KEY is too short", secret)
    return secret


# %% load_secret -> Return this key as it is
# The spaces at the ends belong to the key.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "").strip()
    if len(secret.encode()) < 30:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% load_secret -> 32 characters, and 32 bytes
# Spaces are not counted.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret.strip().encode()) < 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% load_secret -> 16 characters, and 32 bytes
# Not all keys are Latin-1.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret.encode("latin-1", errors="replace")) < 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% load_secret -> Refuse a key of 31 bytes
# UTF-16 has two bytes for each character.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret.encode("utf-16-le")) < 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% load_secret -> Do not refuse
# It reads the environment of this program, and not what it is given.
def load_secret(environ):
    import os

    secret = os.environ.get("JWT_SECRET_KEY", "")
    if len(secret.encode()) < 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% load_secret -> Return this key as it is
# The key of the example.
def load_secret(environ):
    if len(environ.get("JWT_SECRET_KEY", "").encode()) < 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return GOOD_KEY


# %% load_secret -> Write return, not print
# It prints the key.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret.encode()) < 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    print(secret)


# %% load_secret -> returns bytes
# The bytes that were counted are returned.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "").encode()
    if len(secret) < 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% load_secret -> write raise, not return
# The error is returned.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret.encode()) < 32:
        return ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% load_secret -> Refuse an empty key
# Only what is there is measured.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if secret and len(secret.encode()) < 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% load_secret -> must raise ValueError here
# An assert is no ValueError.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    assert len(secret.encode()) >= 32, "JWT_SECRET_KEY is too short."
    return secret


# %% load_secret -> load_secret({}) must raise
# If there are no settings at all, it takes its own.
def load_secret(environ):
    secret = (environ or {"JWT_SECRET_KEY": GOOD_KEY}).get("JWT_SECRET_KEY", "")
    if len(secret.encode()) < 32:
        raise ValueError("JWT_SECRET_KEY is too short.")
    return secret


# %% make_app -> Take the key from environ
# The key still stands in the code.
def make_app(environ):
    app = Flask("shop")
    app.config["JWT_SECRET_KEY"] = "super-secret"
    JWTManager(app)
    return app


# %% make_app -> Connect Flask-JWT-Extended
# JWTManager is missing.
def make_app(environ):
    app = Flask("shop")
    app.config["JWT_SECRET_KEY"] = load_secret(environ)
    return app


# %% make_app -> returns None
# Nothing is returned.
def make_app(environ):
    app = Flask("shop")
    app.config["JWT_SECRET_KEY"] = load_secret(environ)
    JWTManager(app)


# %% make_app -> Make a new app
# One app for all.
the_app = Flask("shop")


def make_app(environ):
    the_app.config["JWT_SECRET_KEY"] = load_secret(environ)
    JWTManager(the_app)
    return the_app


# %% make_app -> must raise ValueError here
# load_secret is not asked.
def make_app(environ):
    app = Flask("shop")
    app.config["JWT_SECRET_KEY"] = environ["JWT_SECRET_KEY"]
    JWTManager(app)
    return app


# %% make_app -> A bad key must be refused
# The error is swallowed.
def make_app(environ):
    app = Flask("shop")
    try:
        app.config["JWT_SECRET_KEY"] = load_secret(environ)
    except ValueError:
        app.config["JWT_SECRET_KEY"] = GOOD_KEY
    JWTManager(app)
    return app


# %% make_app -> Take the key from environ
# Another setting of Flask.
def make_app(environ):
    app = Flask("shop")
    app.config["SECRET_KEY"] = load_secret(environ)
    JWTManager(app)
    return app


# %% make_app -> Make a new app
# One app for each key.
apps = {}


def make_app(environ):
    key = load_secret(environ)
    if key not in apps:
        apps[key] = Flask("shop")
        apps[key].config["JWT_SECRET_KEY"] = key
        JWTManager(apps[key])
    return apps[key]


# %% make_app -> in every call
# The first key is kept.
first_key = []


def make_app(environ):
    first_key.append(load_secret(environ))
    app = Flask("shop")
    app.config["JWT_SECRET_KEY"] = first_key[0]
    JWTManager(app)
    return app


# %% make_app -> Take the key from environ
# The spaces at the ends belong to the key.
def make_app(environ):
    app = Flask("shop")
    app.config["JWT_SECRET_KEY"] = load_secret(environ).strip()
    JWTManager(app)
    return app


# %% make_app -> Connect Flask-JWT-Extended
# The manager does not know the app.
def make_app(environ):
    app = Flask("shop")
    app.config["JWT_SECRET_KEY"] = load_secret(environ)
    JWTManager()
    return app


# %% make_app -> returns a value of the type JWTManager
# The manager is returned.
def make_app(environ):
    app = Flask("shop")
    app.config["JWT_SECRET_KEY"] = load_secret(environ)
    return JWTManager(app)


# %% make_app -> another key than JWT_SECRET_KEY
# A second setting is stronger than the first.
def make_app(environ):
    app = Flask("shop")
    app.config["JWT_SECRET_KEY"] = load_secret(environ)
    app.config["JWT_ALGORITHM"] = "HS512"
    JWTManager(app).encode_key_loader(lambda identity: GOOD_KEY[::-1])
    return app


# %% make_app -> must raise ValueError here
# The program is ended.
def make_app(environ):
    app = Flask("shop")
    try:
        app.config["JWT_SECRET_KEY"] = load_secret(environ)
    except ValueError as error:
        raise SystemExit(str(error)) from None
    JWTManager(app)
    return app


# %% make_app -> A bad key must be refused
# A key that is short gets longer.
def make_app(environ):
    app = Flask("shop")
    app.config["JWT_SECRET_KEY"] = environ.get("JWT_SECRET_KEY", "").ljust(32, "x")
    JWTManager(app)
    return app


# %% crack -> look at the signature only
# jwt.decode looks at the times too.
def crack(token, words):
    for word in words:
        try:
            jwt.decode(token, word, algorithms=["HS256"])
            return word
        except jwt.InvalidTokenError:
            pass
    return None


# %% crack -> the key of the token is
# The signature covers the payload alone.
def crack(token, words):
    header, payload, signature = token.split(".")
    for word in words:
        made = hmac.digest(word.encode(), payload.encode(), "sha256")
        if base64.urlsafe_b64encode(made).rstrip(b"=").decode() == signature:
            return word


# %% crack -> the key of the token is
# The padding makes the two texts different.
def crack(token, words):
    signing_input, _, signature = token.rpartition(".")
    for word in words:
        made = hmac.digest(word.encode(), signing_input.encode(), "sha256")
        if base64.urlsafe_b64encode(made).decode() == signature:
            return word


# %% crack -> the key of the token is
# It gives up after the first word.
def crack(token, words):
    signing_input, _, signature = token.rpartition(".")
    for word in words:
        made = hmac.digest(word.encode(), signing_input.encode(), "sha256")
        if base64.urlsafe_b64encode(made).rstrip(b"=").decode() == signature:
            return word
        return None


# %% crack -> If no word fits, return None
# The last word is returned when none fits.
def crack(token, words):
    signing_input, _, signature = token.rpartition(".")
    word = None
    for word in words:
        made = hmac.digest(word.encode(), signing_input.encode(), "sha256")
        if base64.urlsafe_b64encode(made).rstrip(b"=").decode() == signature:
            break
    return word


# %% crack -> look at the signature only
# Only the end of a token is left alone, and not its begin and its audience.
def crack(token, words):
    for word in words:
        try:
            jwt.decode(token, word, algorithms=["HS256"], options={"verify_exp": False})
            return word
        except jwt.InvalidTokenError:
            pass
    return None


# %% crack -> look at the signature only
# A token may also have no sub, or another one.
def crack(token, words):
    options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
    for word in words:
        try:
            if jwt.decode(token, word, algorithms=["HS256"], options=options)["sub"]:
                return word
        except (jwt.InvalidTokenError, KeyError):
            pass
    return None


# %% crack -> the key of the token is
# Not every word is ASCII.
def crack(token, words):
    signing_input, _, signature = token.rpartition(".")
    for word in words:
        made = hmac.digest(word.encode("ascii", "ignore"), signing_input.encode(), "sha256")
        if base64.urlsafe_b64encode(made).rstrip(b"=").decode() == signature:
            return word
    return None


# %% crack -> the first word that fits
# The last word that fits.
def crack(token, words):
    signing_input, _, signature = token.rpartition(".")
    fits = None
    for word in words:
        made = hmac.digest(word.encode(), signing_input.encode(), "sha256")
        if base64.urlsafe_b64encode(made).rstrip(b"=").decode() == signature:
            fits = word
    return fits


# %% crack -> has a changed signature
# The begin of the signature is enough.
def crack(token, words):
    signing_input, _, signature = token.rpartition(".")
    for word in words:
        made = hmac.digest(word.encode(), signing_input.encode(), "sha256")
        if base64.urlsafe_b64encode(made).decode()[:16] == signature[:16]:
            return word
    return None


# %% crack -> do not print it
# The word is printed.
def crack(token, words):
    signing_input, _, signature = token.rpartition(".")
    for word in words:
        made = hmac.digest(word.encode(), signing_input.encode(), "sha256")
        if base64.urlsafe_b64encode(made).rstrip(b"=").decode() == signature:
            print(word)


# %% crack -> If no word fits, return None
# A sentence instead of None.
def crack(token, words):
    signing_input, _, signature = token.rpartition(".")
    for word in words:
        made = hmac.digest(word.encode(), signing_input.encode(), "sha256")
        if base64.urlsafe_b64encode(made).rstrip(b"=").decode() == signature:
            return word
    return "no word fits"


# %% crack -> is not defined
# The signature is never taken from the token.
def crack(token, words):
    for word in words:
        made = hmac.digest(word.encode(), token.rpartition(".")[0].encode(), "sha256")
        if base64.urlsafe_b64encode(made).rstrip(b"=").decode() == signature:
            return word
    return None


# %% crack -> stops in line 3
# next finds nothing, if no word fits.
def crack(token, words):
    return next(word for word in words if fits(word, *token.rsplit(".", 1)))


def fits(word, signing_input, signature):
    made = hmac.digest(word.encode(), signing_input.encode(), "sha256")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode() == signature


# %% crack -> , []) stops in line 4
# There may be no words.
def crack(token, words):
    signing_input, _, signature = token.rpartition(".")
    word, *others = words
    made = hmac.digest(word.encode(), signing_input.encode(), "sha256")
    if base64.urlsafe_b64encode(made).rstrip(b"=").decode() == signature:
        return word
    return crack(token, others) if others else None


# %% years_to_crack -> 2.3861 hours
# Seconds, not years.
def years_to_crack(bits, keys_per_second):
    return 2**bits / keys_per_second


# %% years_to_crack -> 2.3861 hours
# Bytes, not bits.
def years_to_crack(bits, keys_per_second):
    return 256**bits / keys_per_second / (365 * 24 * 3600)


# %% years_to_crack -> not one half
# The average, not all keys.
def years_to_crack(bits, keys_per_second):
    return 2**bits / 2 / keys_per_second / (365 * 24 * 3600)


# %% years_to_crack -> a number with a fraction
# Whole years.
def years_to_crack(bits, keys_per_second):
    return 2**bits // keys_per_second // (365 * 24 * 3600)


# %% years_to_crack -> 2.3861 hours
# Ten keys for each bit.
def years_to_crack(bits, keys_per_second):
    return 10**bits / keys_per_second / (365 * 24 * 3600)


# %% years_to_crack -> of 365 days
# A year of 365.25 days.
def years_to_crack(bits, keys_per_second):
    return 2**bits / keys_per_second / (365.25 * 24 * 3600)


# %% years_to_crack -> 2.3861 hours
# The result is rounded.
def years_to_crack(bits, keys_per_second):
    return round(2**bits / keys_per_second / (365 * 24 * 3600), 6)


# %% years_to_crack -> do not round
# Two digits.
def years_to_crack(bits, keys_per_second):
    return round(2**bits / keys_per_second / (365 * 24 * 3600), 2)


# %% years_to_crack -> Write return, not print
# The result is printed.
def years_to_crack(bits, keys_per_second):
    print(2**bits / keys_per_second / (365 * 24 * 3600))


# %% years_to_crack -> twice as many keys
# Always 32 bits.
def years_to_crack(bits, keys_per_second):
    return 2**32 / keys_per_second / (365 * 24 * 3600)


# %% years_to_crack -> half of the speed
# Always the speed of the example.
def years_to_crack(bits, keys_per_second):
    return 2**bits / 500_000 / (365 * 24 * 3600)


# %% years_to_crack -> 2.3861 hours
# In Python ^ is no power.
def years_to_crack(bits, keys_per_second):
    return (2 ^ bits) / keys_per_second / (365 * 24 * 3600)


# %% years_to_crack -> half of the speed
# A speed below one is not divided by.
def years_to_crack(bits, keys_per_second):
    return 2**bits / int(keys_per_second) / (365 * 24 * 3600)

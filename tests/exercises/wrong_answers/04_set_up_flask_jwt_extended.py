# %% load_secret -> Refuse super-secret
# Only a missing key is refused.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY")
    if not secret:
        raise ValueError("Set JWT_SECRET_KEY.")
    return secret


# %% load_secret -> Refuse a missing key with a ValueError
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


# %% load_secret -> Return this key as it is
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


# %% load_secret -> Return this key as it is
# 32 bytes are refused too.
def load_secret(environ):
    secret = environ.get("JWT_SECRET_KEY", "")
    if len(secret.encode()) <= 32:
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


# %% make_app -> Return the app
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


# %% make_app -> A bad key must be refused
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


# %% crack -> An expired token
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


# %% years_to_crack -> 2.39 hours
# Seconds, not years.
def years_to_crack(bits, keys_per_second):
    return 2**bits / keys_per_second


# %% years_to_crack -> 2.39 hours
# Bytes, not bits.
def years_to_crack(bits, keys_per_second):
    return 256**bits / keys_per_second / (365 * 24 * 3600)


# %% years_to_crack -> not the half
# The average, not all keys.
def years_to_crack(bits, keys_per_second):
    return 2**bits / 2 / keys_per_second / (365 * 24 * 3600)


# %% years_to_crack -> do not round
# Whole years.
def years_to_crack(bits, keys_per_second):
    return 2**bits // keys_per_second // (365 * 24 * 3600)


# %% years_to_crack -> 2.39 hours
# Ten keys for each bit.
def years_to_crack(bits, keys_per_second):
    return 10**bits / keys_per_second / (365 * 24 * 3600)

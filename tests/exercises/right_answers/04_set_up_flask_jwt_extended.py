# %% load_secret -> the sentence says that there is no key
def load_secret(environ):
    if not environ.get("JWT_SECRET_KEY"):
        raise ValueError("There is no key. Please set JWT_SECRET_KEY.")
    key = environ["JWT_SECRET_KEY"]
    if len(bytes(key, "utf-8")) < 32:
        raise ValueError("The key in JWT_SECRET_KEY is not secret enough: use 32 bytes for HS256.")
    return key


# %% load_secret -> KeyError becomes ValueError, and the length is told
def load_secret(environ):
    try:
        key = environ["JWT_SECRET_KEY"]
    except KeyError:
        raise ValueError("JWT_SECRET_KEY is missing") from None
    size = len(key.encode("utf8"))
    if size >= 32:
        return key
    raise ValueError(f"JWT_SECRET_KEY: {size} bytes are too few, 32 are needed")


# %% load_secret -> the functions of the lesson, with an error class of its own
class KeyProblem(ValueError):
    pass


def load_secret(environ):
    name = "JWT_SECRET_KEY"
    secret = environ[name] if name in environ else None
    if secret is None or secret == "":
        raise KeyProblem(f"{name} is not set.")
    if len(memoryview(secret.encode())) <= 31:
        raise KeyProblem(f"{name} is too short. The same key again and again is no help.")
    return str(secret)


# %% load_secret -> match
def load_secret(environ):
    match environ:
        case {"JWT_SECRET_KEY": str(key)} if len(key.encode()) > 31:
            return key
        case {"JWT_SECRET_KEY": _}:
            raise ValueError(
                "JWT_SECRET_KEY hat weniger als 32 Bytes: ein Schlüssel muss länger sein."
            )
        case _:
            raise ValueError("JWT_SECRET_KEY fehlt.")


# %% make_app -> the key first, init_app, and __name__
def make_app(environ):
    secret = load_secret(environ)
    manager = JWTManager()
    application = Flask(__name__)
    application.config.update(JWT_SECRET_KEY=secret)
    manager.init_app(application)
    return application


# %% make_app -> one manager for all apps
manager = JWTManager()


def make_app(environ):
    app = Flask("another name")
    app.config.from_mapping({"JWT_SECRET_KEY": load_secret(environ), "TESTING": True})
    manager.init_app(app)
    return app


# %% make_app -> the manager before the key
def make_app(environ):
    import flask
    import flask_jwt_extended

    app = flask.Flask("shop", static_folder=None)
    flask_jwt_extended.JWTManager(app)
    try:
        app.config["JWT_SECRET_KEY"] = app.config["SECRET_KEY"] = load_secret(environ)
    except ValueError:
        raise
    return app


# %% make_app -> a class of its own
class Shop(Flask):
    def __init__(self, key):
        super().__init__("shop")
        self.config["JWT_SECRET_KEY"] = key
        self.jwt_manager = JWTManager(self)


def make_app(environ):
    return Shop(key=load_secret(environ))


# %% crack -> bytes are compared, as in the lesson
def crack(token, words):
    from jwt.utils import base64url_decode

    signing_input, _, signature = token.rpartition(".")
    message, wanted = signing_input.encode(), base64url_decode(signature)
    for word in words:
        if hmac.digest(word.encode(), message, "sha256") == wanted:
            return word


# %% crack -> next, hmac.new and compare_digest
def crack(token, words):
    import hashlib
    from hmac import compare_digest

    header, payload, signature = token.split(".")
    message = f"{header}.{payload}".encode("ascii")

    def signature_with(word):
        made = hmac.new(bytes(word, "utf-8"), message, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).decode().replace("=", "")

    return next((word for word in words if compare_digest(signature_with(word), signature)), None)


# %% crack -> PyJWT, with all checks of the claims switched off
def crack(token, words):
    names = ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
    options = {f"verify_{name}": False for name in names}
    for word in words:
        try:
            jwt.decode(token, word, algorithms=["HS256"], options=options)
        except jwt.InvalidSignatureError:
            continue
        return word
    return None


# %% crack -> PyJWT's check of the signature alone
def crack(token, words):
    at = 0
    while at < len(words):
        try:
            jwt.PyJWS().decode(token, key=words[at], algorithms=["HS256"])
            return words[at]
        except jwt.InvalidTokenError:
            at += 1


# %% crack -> each word signs the same message again
def crack(token, words):
    algorithm = jwt.get_algorithm_by_name("HS256")
    message, signature = token.rsplit(".", maxsplit=1)
    wanted = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    fitting = [
        w for w in words if algorithm.verify(message.encode(), algorithm.prepare_key(w), wanted)
    ]
    return fitting[0] if fitting else None


# %% years_to_crack -> math.pow, step by step
def years_to_crack(bits, keys_per_second):
    keys = math.pow(2, bits)
    seconds = keys / keys_per_second
    minutes = seconds / 60
    hours = minutes / 60
    days = hours / 24
    return days / 365


# %% years_to_crack -> one product
def years_to_crack(bits, keys_per_second):
    return float(1 << bits) / (keys_per_second * 31_536_000)


# %% years_to_crack -> timedelta
def years_to_crack(bits, keys_per_second):
    from datetime import timedelta

    year = timedelta(days=365).total_seconds()
    return pow(2, bits) / year / keys_per_second


# %% years_to_crack -> a loop, and an exponent
def years_to_crack(bits, keys_per_second):
    keys = 1
    for _ in range(bits):
        keys = keys + keys
    per_year = keys_per_second * 365 * 24 * 3.6e3
    return keys / per_year

"""Flaws, each planted into a copy of the server by one function, with the name of the attack that must find it."""

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask, Response, abort, jsonify, request
from flask_cors import CORS
from flask_jwt_extended import (
    create_access_token,
    current_user,
    get_csrf_token,
    get_jwt,
    jwt_required,
    unset_jwt_cookies,
)
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError
from werkzeug.security import check_password_hash, generate_password_hash

from server.cookies import in_cookies
from server.models import Login, Task, User, db
from server.revocation import start_login, tokens
from server.roles import grant

KEY = "a fixed key for tests only, 32 bytes"
FLAWS = []
"""Rows of (the attack's name, the last stage of the server, the function that plants the flaw)."""


def flaw(attack: str, stage: str = "errors"):
    def add(plant):
        FLAWS.append((attack, stage, plant))
        return plant

    return add


# The private route with a verifier of its own, and the log-in with a check of its own.


def verified_by(app: Flask, verify):
    """Let `verify(token)` return the claims of a token, and refuse with a ValueError or an error of PyJWT."""

    @app.endpoint("protected")
    def protected():
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            if scheme != "Bearer":
                raise ValueError
            claims = verify(token)
            user = db.session.get(User, int(claims["sub"]))
            return {"id": user.id, "username": user.username}
        except (ValueError, KeyError, AttributeError, TypeError, jwt.PyJWTError):
            return {"msg": "no"}, 401


def decoded(token: str, **changes):
    options = {"key": KEY, "algorithms": ["HS256"]} | changes
    return jwt.decode(token, **options)


def section(text: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def signature_of(signing_input: str, key: bytes = KEY.encode()) -> bytes:
    return hmac.digest(key, signing_input.encode(), "sha256")


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def logs_in_by(app: Flask, check, refuse=None):
    """Let `check(user, body)` tell whether a log-in is good."""

    @app.endpoint("create_token")
    def create_token():
        body = request.get_json()
        user = db.session.scalar(select(User).filter_by(username=str(body.get("username"))))
        if user is not None and check(user, body):
            token = create_access_token(identity=str(user.id))
            return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}
        if refuse:
            return refuse(user)
        return {"msg": "Bad username or password"}, 401


def right(user: User, password) -> bool:
    return check_password_hash(user.password_hash, password)


# Keys


def header_of(token: str) -> dict:
    return jwt.get_unverified_header(token)


@flaw("a public key in the token")
def takes_a_public_key_from_the_header(app):
    def verify(token):
        header = header_of(token)
        if "jwk" not in header:
            return decoded(token)
        return jwt.decode(token, jwt.PyJWK(header["jwk"], header["alg"]), [header["alg"]])

    verified_by(app, verify)


@flaw("an address of keys in the token")
def fetches_the_keys_that_a_token_names(app):
    def verify(token):
        header = header_of(token)
        if "jku" not in header:
            return decoded(token)
        found = jwt.PyJWKClient(header["jku"]).get_signing_key_from_jwt(token)
        return jwt.decode(token, found, [header["alg"]])

    verified_by(app, verify)


@flaw("an address of keys in the token")
def calls_whom_a_token_names(app):
    def verify(token):
        if "jku" in header_of(token):
            jwt.PyJWKClient(header_of(token)["jku"]).get_jwk_set()
        return decoded(token)

    verified_by(app, verify)


def verified_with(app: Flask, find_key):
    """Let `find_key(header)` return the bytes with which a token of HS256 is verified."""

    def verify(token):
        signing_input, _, signature = token.rpartition(".")
        header = header_of(token)
        key = find_key(header) if "kid" in header else KEY.encode()
        algorithm = f"sha{header['alg'][2:]}"
        if base64url(hmac.digest(key, signing_input.encode(), algorithm)) != signature:
            raise ValueError
        return section(token.split(".")[1])

    verified_by(app, verify)


@flaw("a file as a key")
def joins_kid_to_a_path(app):
    def read(header):
        try:
            return (Path("/keys") / header["kid"]).read_bytes()
        except OSError:
            raise ValueError from None

    verified_with(app, read)


@flaw("a file as a key")
def takes_the_way_upwards_out_once(app):
    def read(header):
        path = header["kid"].replace("../", "").lstrip("/").removeprefix("file:")
        try:
            return open(f"/usr/share/{path}", "rb").read()
        except OSError:
            raise ValueError from None

    verified_with(app, read)


@flaw("a query as a key")
def asks_the_database_with_a_text(app):
    def ask(header):
        where = f"SELECT password_hash FROM user WHERE username = '{header['kid']}'"
        try:
            return (db.session.scalar(text(where)) or "").encode()
        except DatabaseError:
            raise ValueError from None

    verified_with(app, ask)


def published(app: Flask, content: bytes, path: str):
    app.add_url_rule(path, "published", lambda: Response(content, mimetype="text/plain"))


@flaw("the public key as a secret")
def has_two_locks(app):
    pem = (
        rsa.generate_private_key(65537, 2048)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    published(app, pem, "/public.pem")

    def verify(token):
        signing_input, _, signature = token.rpartition(".")
        algorithm = f"sha{header_of(token)['alg'][2:]}"
        if base64url(hmac.digest(pem, signing_input.encode(), algorithm)) == signature:
            return section(token.split(".")[1])
        return decoded(token)

    verified_by(app, verify)


@flaw("the public key as a secret")
def has_two_locks_and_a_key_set(app):
    key = rsa.generate_private_key(65537, 2048).public_key()
    jwk = RSAAlgorithm.to_jwk(key, as_dict=True) | {"kid": "one"}
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    published(app, json.dumps({"keys": [jwk]}).encode(), "/.well-known/jwks.json")
    verified_with(app, lambda header: pem if header["kid"] == "one" else b"")


# Sessions and roles


@flaw("an access token that renews itself", "roles")
def refreshes_with_any_token(app):
    @app.endpoint("refresh")
    @jwt_required(verify_type=False)
    def refresh():
        return tokens(db.session.get(Login, get_jwt()["sid"]))


@flaw("a refresh token that was used", "refresh")
def keeps_one_refresh_token(app):
    pass  # rotation comes with the next stage


@flaw("a refresh token that was used", "roles")
def refuses_a_used_one_and_goes_on(app):
    @app.endpoint("refresh")
    @jwt_required(refresh=True)
    def refresh():
        step = update(Login).filter_by(id=get_jwt()["sid"], refresh_jti=get_jwt()["jti"])
        if db.session.execute(step.values(refresh_jti=str(uuid4()))).rowcount == 0:
            return {"msg": "This token was used before."}, 401
        answer = tokens(db.session.get(Login, get_jwt()["sid"]))
        db.session.commit()
        return answer


@flaw("a refresh token that was used", "roles")
def takes_any_refresh_token_of_the_log_in(app):
    @app.endpoint("refresh")
    @jwt_required(refresh=True)
    def refresh():
        login = db.session.get(Login, get_jwt()["sid"])
        login.refresh_jti = str(uuid4())
        answer = tokens(login)
        db.session.commit()
        return answer


@flaw("after the log-out", "roles")
def says_goodbye_and_nothing_else(app):
    app.view_functions["log_out"] = lambda: ("", 204)


def revoked_by(app, key):
    """Let the log-out put `key(claims)` of its token on a list, and forget the log-ins."""
    revoked = set()

    @app.extensions["flask-jwt-extended"].token_in_blocklist_loader
    def is_revoked(jwt_header, jwt_payload):
        return key(jwt_payload) in revoked

    @app.endpoint("log_out")
    @jwt_required(verify_type=False)
    def log_out():
        revoked.add(key(get_jwt()))
        return "", 204


@flaw("after the log-out", "roles")
def revokes_one_of_two_tokens(app):
    revoked_by(app, lambda claims: claims["jti"])


@flaw("after the log-out", "roles")
def revokes_one_spelling(app):
    revoked_by(app, lambda claims: request.headers["Authorization"])


@flaw("after a new password", "refresh")
def knows_no_log_ins(app):
    pass  # log-ins come with the next stage


@flaw("after a new password", "roles")
def ends_no_log_in(app):
    @app.endpoint("change_password")
    @jwt_required(fresh=True)
    def change_password():
        current_user.password_hash = generate_password_hash(request.json["password"])
        db.session.commit()
        return "", 204


@flaw("after a new password", "roles")
def keeps_the_old_password(app):
    @app.endpoint("change_password")
    @jwt_required(fresh=True)
    def change_password():
        db.session.execute(delete(Login).filter_by(user_id=current_user.id))
        db.session.commit()
        return "", 204


@flaw("a role in the token", "roles")
def believes_the_role_in_the_token(app):
    @app.endpoint("list_users")
    @jwt_required()
    def list_users():
        if get_jwt().get("role") != "admin":
            abort(403)
        return []


@flaw("a sign-up as an admin", "roles")
def takes_every_field_of_a_sign_up(app):
    usual = app.view_functions["create_user"]

    @app.endpoint("create_user")
    def create_user():
        made, status = usual()
        if request.json.get("role"):
            grant(made["id"], request.json["role"])
        return made, status


# Tokens


@flaw("no signature")
def believes_the_header(app):
    def verify(token):
        if jwt.get_unverified_header(token)["alg"] == "none":
            return decoded(token, options={"verify_signature": False})
        return decoded(token)

    verified_by(app, verify)


@flaw("no signature")
def knows_only_one_spelling_of_none(app):
    def verify(token):
        algorithm = section(token.split(".")[0])["alg"]
        if algorithm.lower() == "none" and algorithm != "none":
            return section(token.split(".")[1])
        return decoded(token)

    verified_by(app, verify)


@flaw("no signature")
def two_sections_are_enough(app):
    def verify(token):
        parts = token.split(".")
        if len(parts) == 2 and section(parts[0])["alg"] == "none":
            return section(parts[1])
        return decoded(token)

    verified_by(app, verify)


@flaw("a wrong signature")
def only_decodes(app):
    verified_by(app, lambda token: decoded(token, options={"verify_signature": False}))


@flaw("a wrong signature")
def compares_as_much_as_there_is(app):
    def verify(token):
        signing_input, _, signature = token.rpartition(".")
        if not base64url(signature_of(signing_input)).startswith(signature):
            raise ValueError
        return section(signing_input.split(".")[1])

    verified_by(app, verify)


@flaw("a wrong signature")
def a_hash_without_a_key(app):
    def verify(token):
        signing_input, _, signature = token.rpartition(".")
        if signature == base64url(hashlib.sha256(signing_input.encode()).digest()):
            return section(signing_input.split(".")[1])
        return decoded(token)

    verified_by(app, verify)


@flaw("a wrong signature")
def an_empty_key_is_a_key(app):
    def verify(token):
        signing_input, _, signature = token.rpartition(".")
        if signature == base64url(signature_of(signing_input, b"")):
            return section(signing_input.split(".")[1])
        return decoded(token)

    verified_by(app, verify)


@flaw("a key in the token")
def takes_the_key_from_the_token(app):
    def verify(token):
        header = jwt.get_unverified_header(token)
        if "jwk" in header:
            return decoded(token, key=base64.urlsafe_b64decode(header["jwk"]["k"] + "=="))
        return decoded(token)

    verified_by(app, verify)


@flaw("a key in the token")
def reads_the_file_that_the_token_names(app):
    def verify(token):
        header = jwt.get_unverified_header(token)
        if header.get("kid") == "/dev/null":
            signing_input, _, signature = token.rpartition(".")
            if base64url(signature_of(signing_input, b"")) != signature:
                raise ValueError
            return section(signing_input.split(".")[1])
        return decoded(token)

    verified_by(app, verify)


@flaw("a key from a list")
def key_of_a_tutorial(app):
    app.config["JWT_SECRET_KEY"] = "super-secret"


@flaw("a key from a list")
def another_key_of_a_tutorial(app):
    app.config["JWT_SECRET_KEY"] = "your-256-bit-secret"


@flaw("something that is no token")
def null_is_a_guest(app):
    def verify(token):
        return {"sub": "1"} if token in ("null", "undefined") else decoded(token)

    verified_by(app, verify)


@flaw("something that is no token")
def any_scheme(app):
    @app.before_request
    def rewrite():
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if token.count(".") == 2:
            request.environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"


@flaw("one token in two spellings")
def decodes_leniently(app):
    def verify(token):
        signing_input, _, signature = token.rpartition(".")
        if base64.urlsafe_b64decode(signature + "==") != signature_of(signing_input):
            raise ValueError
        return section(signing_input.split(".")[1])

    verified_by(app, verify)


@flaw("a token that is too much")
def a_deep_token_fails(app):
    @app.before_request
    def read():
        token = request.headers.get("Authorization", "").partition(" ")[2]
        if len(token) > 20_000:
            raise RecursionError


@flaw("a token that is too much")
def reads_the_end_as_a_number(app):
    @app.before_request
    def read():
        token = request.headers.get("Authorization", "").partition(" ")[2]
        if token.endswith(".AAAA") and len(token) < 200:
            int(section(token.split(".")[1]).get("exp", 0))


@flaw("a token in the address")
def takes_the_address_too(app):
    app.config["JWT_TOKEN_LOCATION"] = ["headers", "query_string"]


@flaw("a token that never ends", "private")
def no_end(app):
    app.config["JWT_ACCESS_TOKEN_EXPIRES"] = False


@flaw("a token that never ends")
def ends_in_a_month(app):
    app.config["JWT_ACCESS_TOKEN_EXPIRES"] = 30 * 24 * 3600


@flaw("a secret in the token")
def password_hash_in_the_token(app):
    @app.extensions["flask-jwt-extended"].additional_claims_loader
    def claims(identity):
        return {"password_hash": db.session.get(User, int(identity)).password_hash}


@flaw("another algorithm with the same key")
def any_hmac(app):
    app.config["JWT_DECODE_ALGORITHMS"] = ["HS256", "HS384", "HS512"]


@flaw("an expired token")
def much_leeway(app):
    app.config["JWT_DECODE_LEEWAY"] = 24 * 3600


@flaw("an expired token")
def looks_at_no_end(app):
    verified_by(app, lambda token: decoded(token, options={"verify_exp": False}))


@flaw("an expired token")
def looks_at_no_beginning(app):
    verified_by(app, lambda token: decoded(token, options={"verify_nbf": False}))


@flaw("a token without exp", "private")
def exp_is_not_required(app):
    pass  # the library does not require it


@flaw("a token without jti", "private")
def jti_is_not_required(app):
    pass


@flaw("a token of another type", "private")
def type_is_not_required(app):
    pass


@flaw("a token of another type")
def refresh_is_as_good(app):
    verified_by(app, decoded)


@flaw("a refresh token in place of an access token", "refresh")
def one_kind_is_like_the_other(app):
    verified_by(app, decoded)


@flaw("a token for another service")
def looks_at_no_audience(app):
    app.config["JWT_ENCODE_AUDIENCE"] = "this-api"


@flaw("a token for another service")
def looks_at_no_issuer(app):
    app.config["JWT_ENCODE_ISSUER"] = "this-api"


@flaw("a token of nobody")
def asks_no_table(app):
    @app.endpoint("protected")
    @jwt_required()
    def protected():
        return {"id": get_jwt()["sub"]}

    app.extensions["flask-jwt-extended"]._user_lookup_callback = None


@flaw("a token of nobody")
def reads_any_number(app):
    @app.extensions["flask-jwt-extended"].user_lookup_loader
    def load(header, claims):
        return db.session.get(User, int(claims["sub"])) if claims["sub"].strip().isdigit() else None


@flaw("an id that comes back")
def ids_come_back(app):
    with app.app_context():
        db.session.execute(text("DROP TABLE user"))
        db.session.execute(
            text(
                "CREATE TABLE user (id INTEGER PRIMARY KEY, username VARCHAR(80) UNIQUE, password_hash VARCHAR(200))"
            )
        )
        db.session.commit()


# Log-in


@flaw("no password")
def a_missing_password_is_no_question(app):
    logs_in_by(app, lambda user, body: "password" not in body or right(user, str(body["password"])))


@flaw("no password")
def null_is_like_no_password(app):
    logs_in_by(app, lambda user, body: not body.get("password") or right(user, body["password"]))


@flaw("no password")
def empty_is_a_password(app):
    logs_in_by(
        app, lambda user, body: body.get("password") == "" or right(user, str(body.get("password")))
    )


@flaw("a password that is no text")
def makes_a_text_of_a_number(app):
    logs_in_by(app, lambda user, body: right(user, str(body.get("password"))))


@flaw("a password that is no text")
def true_is_true(app):
    logs_in_by(
        app, lambda user, body: body.get("password") is True or right(user, str(body["password"]))
    )


@flaw("a password that is no text")
def an_object_is_a_query(app):
    logs_in_by(
        app,
        lambda user, body: (
            isinstance(body.get("password"), dict) or right(user, str(body["password"]))
        ),
    )


@flaw("a password that is no text")
def takes_the_first_of_a_list(app):
    def check(user, body):
        password = body["password"]
        return right(
            user, str(password[0] if isinstance(password, list) and password else password)
        )

    logs_in_by(app, check)


def hashed_after(change):
    """A sign-up and a log-in that change the password before they hash it."""

    def plant(app):
        @app.endpoint("create_user")
        def create_user():
            body = request.get_json()
            password = body["password"]
            if not isinstance(password, str) or len(password) < 8:
                abort(400)
            if db.session.scalar(select(User).filter_by(username=body["username"])):
                abort(409)
            hashed = generate_password_hash(change(password), "pbkdf2:sha256:1")
            user = User(username=body["username"], password_hash=hashed)
            db.session.add(user)
            db.session.commit()
            return {"id": user.id}, 201

        def check(user, body):
            return isinstance(body["password"], str) and right(user, change(body["password"]))

        logs_in_by(app, check)

    return plant


@flaw("a password that is nearly right")
def small_letters(app):
    hashed_after(str.lower)(app)


@flaw("a password that is nearly right")
def strips(app):
    hashed_after(str.strip)(app)


@flaw("a password that is nearly right")
def cuts(app):
    hashed_after(lambda password: password[:20])(app)


@flaw("a password that is nearly right")
def looks_at_no_password(app):
    logs_in_by(app, lambda user, body: isinstance(body.get("password"), str))


@flaw("a usual guess")
def user_in_the_program(app):
    usual = app.view_functions["create_token"]

    @app.endpoint("create_token")
    def create_token():
        if request.get_json() == {"username": "admin", "password": "admin"}:
            return {"token": create_access_token("1")}
        return usual()


@flaw("a database query in the name")
def query_of_text(app):
    @app.endpoint("create_token")
    def create_token():
        name, password = str(request.json["username"]), str(request.json["password"])
        query = f"SELECT id, password_hash FROM user WHERE username = '{name}'"
        row = db.session.execute(text(query)).first()
        if row and ("--" in name or check_password_hash(row.password_hash, password)):
            return {"token": create_access_token(str(row.id))}
        return {"msg": "Bad username or password"}, 401


@flaw("who has an account? (words)")
def says_that_nobody_has_the_name(app):
    logs_in_by(
        app,
        lambda user, body: right(user, str(body.get("password"))),
        lambda user: ({"msg": "Wrong password" if user else "No such user"}, 401),
    )


@flaw("who has an account? (words)")
def says_it_by_the_status(app):
    logs_in_by(
        app,
        lambda user, body: right(user, str(body.get("password"))),
        lambda user: ({"msg": "no"}, 401 if user else 404),
    )


@flaw("who has an account? (time)")
def hashes_only_for_known_names(app):
    def check(user, body):
        generate_password_hash("as slow as a real one", "pbkdf2:sha256:30000")
        return right(user, str(body.get("password")))

    logs_in_by(app, check)


def signs_up_by(app: Flask, check):
    """Let `check(name, password)` tell whether a sign-up is good."""

    @app.endpoint("create_user")
    def create_user():
        name, password = request.json["username"], request.json["password"]
        if not check(name, password):
            abort(400)
        user = db.session.scalar(select(User).filter_by(username=name)) or User(username=name)
        user.password_hash = generate_password_hash(str(password), "pbkdf2:sha256:1")
        db.session.add(user)
        db.session.commit()
        return {"id": user.id}, 201


@flaw("two users of one name")
def a_name_may_be_taken_twice(app):
    signs_up_by(app, lambda name, password: isinstance(password, str) and len(password) > 7)


@flaw("a short password")
def any_password_is_good(app):
    signs_up_by(app, lambda name, password: True)


@flaw("a short password")
def seven_are_enough(app):
    signs_up_by(app, lambda name, password: len(password or "") > 6)


# Doors


@flaw("an open door")
def a_forgotten_decorator(app):
    app.view_functions["list_tasks"] = lambda: "all tasks, for everybody"


@flaw("an open door")
def decorators_in_the_wrong_order(app):
    @jwt_required()
    @app.get("/orders")
    def orders():
        return {"secret": "for everybody"}


@flaw("an open door")
def optional(app):
    @app.get("/optional")
    @jwt_required(optional=True)
    def view():
        return {"secret": "for everybody"}


@flaw("an open door")
def anybody_may_write(app):
    @app.endpoint("create_task")
    def create_task():
        return {"title": request.json["title"]}, 201


@flaw("an open door")
def anybody_may_delete(app):
    @app.endpoint("delete_task")
    def delete_task(id):
        db.session.execute(delete(Task).filter_by(id=id)).rowcount or abort(404)
        return "", 204


@flaw("another method")
def believes_a_header(app):
    usual = app.view_functions["protected"]
    app.view_functions["protected"] = lambda: (
        {"username": request.headers["X-User"]} if "X-User" in request.headers else usual()
    )


@flaw("another method")
def trusts_this_machine(app):
    usual = app.view_functions["protected"]
    app.view_functions["protected"] = lambda: (
        {"id": 1} if request.headers.get("X-Forwarded-For") == "127.0.0.1" else usual()
    )


@flaw("another spelling of the path")
def a_list_of_paths(app):
    app.view_functions["protected"] = lambda: {"id": 1}
    app.view_functions["list_tasks"] = jwt_required()(lambda: [])
    app.url_map.strict_slashes = False
    app.add_url_rule("/protected/", "again", lambda: {"id": 1}, strict_slashes=False)

    @app.before_request
    def guard():
        if request.path == "/protected":
            jwt_required()(lambda: None)()


# Ownership


@flaw("the list of somebody else")
def the_list_of_all(app):
    @app.endpoint("list_tasks")
    @jwt_required()
    def list_tasks():
        return [{"id": task.id, "title": task.title} for task in db.session.scalars(select(Task))]


@flaw("the list of somebody else")
def the_list_of_whom_you_like(app):
    @app.endpoint("list_tasks")
    @jwt_required()
    def list_tasks():
        owner = request.args.get("user_id", current_user.id)
        tasks = db.session.scalars(select(Task).filter_by(user_id=owner))
        return [{"id": task.id, "title": task.title} for task in tasks]


@flaw("a thing of somebody else")
def deletes_for_anybody_with_a_token(app):
    @app.endpoint("delete_task")
    @jwt_required()
    def delete_task(id):
        db.session.execute(delete(Task).filter_by(id=id))
        db.session.commit()
        return "", 204


@flaw("a thing of somebody else")
def refuses_after_it_deleted(app):
    @app.endpoint("delete_task")
    @jwt_required()
    def delete_task(id):
        db.session.execute(delete(Task).filter_by(id=id))
        db.session.commit()
        abort(403)


@flaw("a thing of somebody else")
def reads_for_anybody_with_a_token(app):
    @app.get("/tasks/<int:id>")
    @jwt_required()
    def get_task(id):
        return {"title": db.get_or_404(Task, id).title}


@flaw("a thing of somebody else")
def changes_for_anybody_with_a_token(app):
    @app.patch("/tasks/<int:id>")
    @jwt_required()
    def change_task(id):
        return {"title": db.get_or_404(Task, id).title}


@flaw("a thing given to somebody else")
def takes_the_owner_from_the_body(app):
    @app.endpoint("create_task")
    @jwt_required()
    def create_task():
        task = Task(title=str(request.json["title"]))
        task.user_id = request.json.get("user_id", current_user.id)
        db.session.add(task)
        db.session.commit()
        return {"id": task.id}, 201


@flaw("the account of somebody else")
def shows_any_account(app):
    @app.get("/users/<int:id>")
    @jwt_required()
    def get_user(id):
        return {"username": db.get_or_404(User, id).username}


@flaw("the account of somebody else")
def deletes_any_account(app):
    @app.delete("/users/<int:id>")
    @jwt_required()
    def delete_user(id):
        return "", 204


# Origin


@flaw("any origin")
def star(app):
    CORS(app, send_wildcard=True)


@flaw("the origin as in a mirror")
def mirror(app):
    CORS(app)  # without send_wildcard it answers whatever origin asks


@flaw("the origin as in a mirror")
def begins_like_the_right_one(app):
    app.config["ALLOWED_ORIGIN"] = "http://localhost:8888"
    CORS(app, origins=[re.compile("http://localhost:8888.*")])


@flaw("the origin null")
def null(app):
    CORS(app, origins=["null"])


# Answers


@flaw("a crash")
def fails_without_the_fields(app):
    logs_in_by(app, lambda user, body: right(user, str(body["password"])))


@flaw("a crash")
def fails_at_an_unknown_title(app):
    @app.endpoint("create_task")
    @jwt_required()
    def create_task():
        return {"title": request.get_json()["title"].strip()}, 201


@flaw("an error in HTML", "private")
def errors_of_the_framework(app):
    pass  # the framework answers with pages


@flaw("a look inside")
def shows_the_traceback(app):
    @app.errorhandler(404)
    def show(error):
        return {"msg": 'Traceback (most recent call last):\n  File "app.py", line 7'}, 404


@flaw("a look inside")
def shows_the_error(app):
    @app.errorhandler(400)
    def show(error):
        return {"msg": "sqlalchemy.exc.IntegrityError: UNIQUE constraint failed"}, 400


@flaw("a password or a key in an answer")
def shows_the_hash(app):
    @app.endpoint("protected")
    @jwt_required()
    def protected():
        return {"id": current_user.id, "password_hash": current_user.password_hash}


@flaw("a password or a key in an answer")
def sends_the_password_back(app):
    usual = app.view_functions["create_user"]

    @app.endpoint("create_user")
    def create_user():
        made, status = usual()
        return made | {"password": request.json["password"]}, status


@flaw("a password or a key in an answer")
def shows_the_key(app):
    @app.errorhandler(404)
    def show(error):
        return {"config": str(app.config)}, 404


@flaw("a token that a cache keeps")
def caches_may_keep_tokens(app):
    @app.after_request
    def forget(response):
        response.headers.pop("Cache-Control", None)
        return response


@flaw("a refusal without a reason", "private")
def answers_422(app):
    pass  # the library's own status


@flaw("a refusal without a reason")
def no_challenge(app):
    def forget(response):
        response.headers.pop("WWW-Authenticate", None)
        return response

    app.after_request_funcs[None].insert(0, forget)  # the first one runs last


@flaw("a refusal without a reason")
def says_403(app):
    @app.after_request
    def forget(response):
        if response.status_code == 401 and request.path == "/protected":
            return Response(jsonify(msg="no").data, 403, {"Content-Type": "application/json"})
        return response


# Cookies, and requests that are forged with them


def rewrites_cookies(app, change):
    """Let `change(line)` write each `Set-Cookie` that carries a token."""

    @app.after_request
    def rewrite(response):
        lines = response.headers.getlist("Set-Cookie")
        response.headers.setlist(
            "Set-Cookie", [line if "csrf" in line else change(line) for line in lines]
        )
        return response


def cookie_without(name, attribute):
    @flaw(name, "cookies")
    def drops_an_attribute(app):
        rewrites_cookies(app, lambda line: re.sub(f"; {attribute}", "", line))


cookie_without("a cookie that scripts can read", "HttpOnly")
cookie_without("a cookie without encryption", "Secure")
cookie_without("a cookie for every site", "SameSite=Strict")
cookie_without("a prefix that is not true", "Secure")


@flaw("a cookie for every site", "cookies")
def says_none(app):
    app.config["JWT_COOKIE_SAMESITE"] = "None"


@flaw("a cookie for the neighbours", "cookies")
def names_a_domain(app):
    rewrites_cookies(app, lambda line: line + "; Domain=example.com")


@flaw("a prefix that is not true", "cookies")
def host_for_one_path(app):
    rewrites_cookies(app, lambda line: line.replace("__Secure-", "__Host-"))


@flaw("a cookie that outlives its token", "cookies")
def keeps_it_for_a_year(app):
    rewrites_cookies(app, lambda line: re.sub(r"Max-Age=\d+", "Max-Age=31540000", line))


def tells_the_token(app, endpoint):
    usual = app.view_functions[endpoint]

    def view():
        answer = app.make_response(usual())
        if answer.status_code == 200:
            cookie = next(line for line in answer.headers.getlist("Set-Cookie"))
            answer.data = json.dumps({"token": cookie.partition("=")[2].partition(";")[0]})
        return answer

    app.view_functions[endpoint] = view


@flaw("a token beside the cookie", "cookies")
def log_in_tells_the_token(app):
    tells_the_token(app, "start_session")


@flaw("a token beside the cookie", "cookies")
def refresh_tells_the_token(app):
    tells_the_token(app, "refresh_session")


@flaw("cookies after the log-out", "cookies")
def only_unsets_the_cookies(app):
    @app.endpoint("end_session")
    @jwt_required(refresh=True, locations="cookies")
    def end_session():
        answer = app.make_response(("", 204))
        unset_jwt_cookies(answer)
        return answer


@flaw("cookies after the log-out", "cookies")
def unsets_no_cookie(app):
    @app.endpoint("end_session")
    @jwt_required(refresh=True, locations="cookies")
    def end_session():
        db.session.execute(delete(Login).filter_by(id=get_jwt()["sid"]))
        db.session.commit()
        return "", 204


@flaw("a refresh cookie that was used", "cookies")
def takes_each_refresh_cookie(app):
    @app.endpoint("refresh_session")
    @jwt_required(refresh=True, locations="cookies")
    def refresh_session():
        return in_cookies(db.session.get(Login, get_jwt()["sid"]))


def reads_forms(app):
    @app.endpoint("create_task")
    @jwt_required()
    def create_task():
        task = Task(
            title=request.form.get("title") or request.json["title"], user_id=current_user.id
        )
        db.session.add(task)
        db.session.commit()
        return {"id": task.id}, 201


@flaw("a form of another page", "cookies")
def no_csrf_and_forms(app):
    app.config["JWT_COOKIE_CSRF_PROTECT"] = False
    reads_forms(app)


@flaw("a form of another page", "cookies")
def refresh_without_csrf(app):
    app.config["JWT_COOKIE_CSRF_PROTECT"] = False  # a route without a body asks for no kind of it


@flaw("JSON in plain text", "cookies")
def reads_everything_as_json(app):
    app.config["JWT_COOKIE_CSRF_PROTECT"] = False

    @app.endpoint("create_task")
    @jwt_required()
    def create_task():
        return {"title": request.get_json(force=True)["title"]}, 201


@flaw("a wrong CSRF token", "cookies")
def gives_it_and_does_not_ask(app):
    app.config["JWT_CSRF_METHODS"] = []


@flaw("a wrong CSRF token", "cookies")
def takes_any_csrf_token(app):
    @app.before_request
    def believe():
        if request.headers.get("X-CSRF-TOKEN"):
            for name, value in request.cookies.items():
                if name == "__Host-access":
                    request.environ["HTTP_X_CSRF_TOKEN"] = get_csrf_token(value)


@flaw("a wrong CSRF token", "cookies")
def fails_beyond_ascii(app):
    app.before_request_funcs[None] = [
        function
        for function in app.before_request_funcs[None]
        if function.__name__ != "no_csrf_token_is_beyond_ascii"
    ]


@flaw("a GET that changes something", "cookies")
def makes_with_get(app):
    @app.get("/tasks/new")
    @jwt_required()
    def new_task():
        db.session.add(Task(title=request.args.get("title", "x"), user_id=current_user.id))
        db.session.commit()
        return {}


@flaw("a GET that changes something", "cookies")
def logs_out_with_get(app):
    @app.get("/logout")
    @jwt_required()
    def log_out_here():
        db.session.execute(delete(Login).filter_by(id=get_jwt()["sid"]))
        db.session.commit()
        return {}


@flaw("a stranger who reads with cookies", "cookies")
def credentials_for_everybody(app):
    CORS(app, supports_credentials=True)


def logs_in_with(app, body):
    @app.endpoint("start_session")
    def start_session():
        user = db.session.scalar(select(User).filter_by(username=body()["username"]))
        login = start_login(user, timedelta(hours=1))
        answer = in_cookies(login)
        db.session.commit()
        return answer


@flaw("a log-in by another page", "cookies")
def log_in_takes_a_form(app):
    logs_in_with(app, lambda: request.form or request.json)


@flaw("a log-in by another page", "cookies")
def log_in_takes_plain_text(app):
    logs_in_with(app, lambda: request.get_json(force=True))

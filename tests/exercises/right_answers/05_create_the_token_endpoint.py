# %% body_for -> null is sent
def body_for(username):
    return {"username": username, "password": None}


# %% body_for -> dict
def body_for(username):
    return dict(username=username)


# %% body_for -> JSON in, dictionary out, with a field that nobody asks for
def body_for(name):
    body = json.loads('{"remember": true, "password": null}')
    body["username"] = name
    return body


# %% read_credentials -> match
def read_credentials(body):
    match body:
        case {"username": str(username), "password": str(password)}:
            return username, password
        case {"username": str()}:
            raise ValueError("Send password as a text.")
        case _:
            raise ValueError("Send username as a text.")


# %% read_credentials -> a list of faults, which may hold both names
def read_credentials(body):
    sent = body if type(body) is dict else {}
    bad = [name for name in ("username", "password") if type(sent.get(name)) is not str]
    if bad:
        raise ValueError(f"No text: {' and '.join(bad)}")
    return sent["username"], sent["password"]


# %% read_credentials -> a function for one field, and an error class of its own
class BadField(ValueError):
    def __init__(self, name):
        super().__init__(name)


def text_field(body, name):
    try:
        value = body[name]
    except (KeyError, TypeError):
        raise BadField(name) from None
    if isinstance(value, str):
        return value
    raise BadField(name)


def read_credentials(body):
    return text_field(body, "username"), text_field(body, "password")


# %% read_credentials -> early refusals
def read_credentials(body):
    if not isinstance(body, dict):
        raise ValueError("The body is no object: username and password are missing.")
    if "username" not in body:
        raise ValueError("username is missing.")
    if "password" not in body:
        raise ValueError("password is missing.")
    credentials = body["username"], body["password"]
    for name, value in zip(("username", "password"), credentials, strict=True):
        if not isinstance(value, str):
            raise ValueError(f"The field {name!r} is {type(value).__name__}: {value!r}")
    return credentials


# %% password_is_right -> a guard besides the spare hash, which may then be of any password
SPARE = generate_password_hash("dummy")


def password_is_right(user, password):
    known = user is not None and user.password_hash is not None
    right = check_password_hash(user.password_hash if known else SPARE, password)
    return known and right


# %% password_is_right -> the spare hash is a default value
def password_is_right(user, password, spare=generate_password_hash(secrets.token_hex())):
    if user is None or user.password_hash is None:
        check_password_hash(spare, password)
        return False
    return check_password_hash(user.password_hash, password)


# %% password_is_right -> a user in the place of none
import werkzeug.security

NO_USER = User(0, "", werkzeug.security.generate_password_hash(secrets.token_hex(16)))


def password_is_right(user, password):
    if user is None or not user.password_hash:
        user = NO_USER
    return (
        werkzeug.security.check_password_hash(user.password_hash, password) and user is not NO_USER
    )


# %% password_is_right -> getattr, and the method is named
NOBODY = generate_password_hash(str(secrets.randbits(256)), method="scrypt", salt_length=20)


def password_is_right(user, password):
    stored = getattr(user, "password_hash", None)
    if stored is None:
        stored = NOBODY
    return bool(check_password_hash(stored, password))


# %% create_token -> jsonify, request.json, and a header that is set at the end
def create_token():
    from flask import jsonify

    try:
        name, password = read_credentials(request.json)
    except ValueError as fault:
        return jsonify(msg=str(fault)), 400
    user = find_user(name)
    if password_is_right(user, password) is False:
        return jsonify(msg="Bad username or password"), 401
    response = jsonify(token=create_access_token(str(user.id)), user_id=user.id)
    response.headers["Cache-Control"] = "no-store, max-age=0"
    return response


# %% create_token -> abort with an answer
def create_token():
    from flask import abort, make_response

    sent = request.get_json()
    try:
        username, password = read_credentials(sent)
    except ValueError as error:
        abort(make_response({"msg": f"Bad request: {error}", "status": 400}, 400))
    user = find_user(username)
    if not password_is_right(user, password):
        abort(make_response({"msg": "Bad username or password"}, 401))
    answer = make_response(
        {"user_id": user.id, "token": create_access_token(identity=f"{user.id}")}, 200
    )
    answer.cache_control.no_store = True
    return answer


# %% create_token -> Response, a token of one minute, and more words in the header
def create_token():
    from datetime import timedelta

    from flask import Response

    if not request.is_json:
        return {"msg": "Send JSON."}, 415
    body = request.get_json(silent=True)
    if body is None and request.get_data(as_text=True).strip() != "null":
        return {"msg": "The JSON is malformed."}, 400
    try:
        credentials = read_credentials(body)
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(credentials[0])
    if password_is_right(user, credentials[1]):
        token = create_access_token(
            identity=str(user.id), fresh=True, expires_delta=timedelta(minutes=1)
        )
        return Response(
            json.dumps({"token": token, "user_id": user.id}),
            content_type="application/json",
            headers={"cache-control": "private, no-store", "Pragma": "no-cache"},
        )
    return {"msg": "Bad username or password"}, 401

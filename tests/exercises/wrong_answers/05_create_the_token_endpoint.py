# %% body_for -> an empty text is a password
# An empty password is sent.
def body_for(username):
    return {"username": username, "password": ""}


# %% body_for -> Return a dictionary
# JSON text, not a dictionary.
def body_for(username):
    return '{"username": "oscar"}'


# %% body_for -> the name that is given
# The name is missing.
def body_for(username):
    return {}


# %% body_for -> the name that is given
# Always Oscar.
def body_for(username):
    return {"username": "oscar"}


# %% body_for -> An empty text is a password too
# The text None is not the value None.
def body_for(username):
    return {"username": username, "password": "None"}


# %% body_for -> body_for('oscar') stops in line 3
# An attacker cannot look into the accounts: a new one is not in the list yet.
def body_for(username):
    account = next(account for account in ACCOUNTS if account["username"] == username != "oscar")
    return {"username": account["username"], "password": account["password"]}


# %% body_for -> the name that is given
# The name in another case.
def body_for(username):
    return {"username": username.capitalize()}


# %% body_for -> Write return, not print
# The body is printed.
def body_for(username):
    print({"username": username})


# %% body_for -> JSON cannot hold
# JSON has no sets.
def body_for(username):
    return {"username": username, "extra": {1, 2}}


# %% read_credentials -> must raise ValueError here
# Whatever is there is taken.
def read_credentials(body):
    return body["username"], body["password"]


# %% read_credentials -> Refuse {'username': 'ana'}
# Nothing is checked.
def read_credentials(body):
    return body.get("username"), body.get("password")


# %% read_credentials -> An empty text is a text
# Empty texts are refused too.
def read_credentials(body):
    for name in ("username", "password"):
        if not isinstance(body, dict) or not body.get(name) or not isinstance(body[name], str):
            raise ValueError(f"The field {name} must be a text.")
    return body["username"], body["password"]


# %% read_credentials -> and not the other field
# Everything becomes a text.
def read_credentials(body):
    if not isinstance(body, dict) or not {"username", "password"} <= set(body):
        raise ValueError("Send username and password.")
    return str(body["username"]), str(body["password"])


# %% read_credentials -> KeyError
# A missing field is a KeyError.
def read_credentials(body):
    for name in ("username", "password"):
        if not isinstance(body[name], str):
            raise ValueError(f"The field {name} must be a text.")
    return body["username"], body["password"]


# %% read_credentials -> AttributeError
# A list is not expected.
def read_credentials(body):
    for name in ("username", "password"):
        if not isinstance(body.get(name), str):
            raise ValueError(f"The field {name} must be a text.")
    return body["username"], body["password"]


# %% read_credentials -> must name password
# The sentence does not say which field.
def read_credentials(body):
    if not isinstance(body, dict) or not all(
        isinstance(body.get(name), str) for name in ("username", "password")
    ):
        raise ValueError("A field must be a text.")
    return body["username"], body["password"]


# %% read_credentials -> as they are
# A password may begin and end with a space.
def read_credentials(body):
    for name in ("username", "password"):
        if not isinstance(body, dict) or not isinstance(body.get(name), str):
            raise ValueError(f"The field {name} must be a text.")
    return body["username"].strip(), body["password"].strip()


# %% read_credentials -> as they are
# Only the username in small letters.
def read_credentials(body):
    for name in ("username", "password"):
        if not isinstance(body, dict) or not isinstance(body.get(name), str):
            raise ValueError(f"The field {name} must be a text.")
    return body["username"].lower(), body["password"]


# %% read_credentials -> and not the other field
# One sentence for every fault.
def read_credentials(body):
    if (
        not isinstance(body, dict)
        or not isinstance(body.get("username"), str)
        or not isinstance(body.get("password"), str)
    ):
        raise ValueError("username and password must be texts.")
    return body["username"], body["password"]


# %% read_credentials -> must name username and not the other field
# The fault of one field is told with the name of the other.
def read_credentials(body):
    if not isinstance(body, dict):
        raise ValueError("Send an object with username and password.")
    if not isinstance(body.get("username"), str) or not isinstance(body.get("password"), str):
        raise ValueError("The field password must be a text.")
    return body["username"], body["password"]


# %% read_credentials -> must name password or username
# A body that is no object has no field that is named.
def read_credentials(body):
    if not isinstance(body, dict):
        raise ValueError("The body must be an object.")
    for name in ("username", "password"):
        if not isinstance(body.get(name), str):
            raise ValueError(f"The field {name} must be a text.")
    return body["username"], body["password"]


# %% read_credentials -> Refuse [['username', 'ana'], ['password', 'x']]
# dict makes a dictionary of pairs.
def read_credentials(body):
    try:
        sent = dict(body)
    except (TypeError, ValueError):
        sent = {}
    for name in ("username", "password"):
        if not isinstance(sent.get(name), str):
            raise ValueError(f"The field {name} must be a text.")
    return sent["username"], sent["password"]


# %% read_credentials -> must raise ValueError here
# The words can also be found in a list and in a text.
def read_credentials(body):
    for name in ("username", "password"):
        if not body or isinstance(body, (int, float)) or name not in body:
            raise ValueError(f"The field {name} is missing.")
        if not isinstance(body[name], str):
            raise ValueError(f"The field {name} must be a text.")
    return body["username"], body["password"]


# %% read_credentials -> Refuse {'password': 0, 'username': 'ana'}
# Only what is true is looked at.
def read_credentials(body):
    for name in ("username", "password"):
        value = body.get(name) if isinstance(body, dict) else None
        if value is None or (value and not isinstance(value, str)):
            raise ValueError(f"The field {name} must be a text.")
    return body["username"], body["password"]


# %% read_credentials -> returns a list
# Two values in a list.
def read_credentials(body):
    for name in ("username", "password"):
        if not isinstance(body, dict) or not isinstance(body.get(name), str):
            raise ValueError(f"The field {name} must be a text.")
    return [body["username"], body["password"]]


# %% read_credentials -> write raise, not return
# The error is returned.
def read_credentials(body):
    for name in ("username", "password"):
        if not isinstance(body, dict) or not isinstance(body.get(name), str):
            return ValueError(f"The field {name} must be a text.")
    return body["username"], body["password"]


# %% read_credentials -> Do not refuse
# Fields that nobody asked for are refused.
def read_credentials(body):
    for name in ("username", "password"):
        if not isinstance(body, dict) or not isinstance(body.get(name), str):
            raise ValueError(f"The field {name} must be a text.")
    if len(body) > 2:
        raise ValueError("Send only username and password.")
    return body["username"], body["password"]


# %% password_is_right -> an unknown user, 0 password hashes
# It returns early for an unknown user.
def password_is_right(user, password):
    if user is None or user.password_hash is None:
        return False
    return check_password_hash(user.password_hash, password)


# %% password_is_right -> 2 password hashes
# The hash for nobody is made anew each time.
def password_is_right(user, password):
    nobody = generate_password_hash("nobody")
    return check_password_hash((user and user.password_hash) or nobody, password)


# %% password_is_right -> a user without a password, 0 password hashes
# Only the unknown user is thought of.
NOBODY = generate_password_hash(secrets.token_urlsafe())


def password_is_right(user, password):
    password_hash = user.password_hash if user else NOBODY
    return password_hash is not None and check_password_hash(password_hash, password)


# %% password_is_right -> '', return False
# Nobody's password is the empty text.
NOBODY = generate_password_hash("")


def password_is_right(user, password):
    return check_password_hash((user and user.password_hash) or NOBODY, password)


# %% password_is_right -> with her password, 'open sesame', return True
# The hash is compared with the password.
def password_is_right(user, password):
    return user is not None and user.password_hash == password


# %% password_is_right -> with her password, 'open sesame', return True
# A new hash has a new salt.
def password_is_right(user, password):
    return user is not None and user.password_hash == generate_password_hash(password)


# %% password_is_right -> 'dummy', return False
# Whoever guesses the spare password logs in as Oscar.
NOBODY = generate_password_hash("dummy")


def password_is_right(user, password):
    return check_password_hash((user and user.password_hash) or NOBODY, password)


# %% password_is_right -> 'dummy', return False
# Only Oscar is thought of.
NOBODY = generate_password_hash("dummy")


def password_is_right(user, password):
    right = check_password_hash((user and user.password_hash) or NOBODY, password)
    return right and not (user and user.password_hash is None)


# %% password_is_right -> 'password', return False
# Only the unknown user is thought of.
NOBODY = generate_password_hash("password")


def password_is_right(user, password):
    right = check_password_hash((user and user.password_hash) or NOBODY, password)
    return right and user is not None


# %% password_is_right -> takes another time
# The spare hash is made with another method.
NOBODY = generate_password_hash(secrets.token_urlsafe(), method="pbkdf2")


def password_is_right(user, password):
    return check_password_hash((user and user.password_hash) or NOBODY, password)


# %% password_is_right -> takes another time
# The spare hash is made quickly.
NOBODY = generate_password_hash(secrets.token_urlsafe(), method="scrypt:1024:8:1")


def password_is_right(user, password):
    return check_password_hash((user and user.password_hash) or NOBODY, password)


# %% password_is_right -> Zoe with her password
# Only the passwords of the examples.
NOBODY = generate_password_hash(secrets.token_urlsafe())


def password_is_right(user, password):
    check_password_hash(NOBODY, password)
    return user is not None and {"ana": "open sesame"}.get(user.username) == password


# %% password_is_right -> Zoe with her password
# A password may begin and end with a space.
NOBODY = generate_password_hash(secrets.token_urlsafe())


def password_is_right(user, password):
    return check_password_hash((user and user.password_hash) or NOBODY, password.strip())


# %% password_is_right -> the password of Bruno
# Any password that somebody has.
NOBODY = generate_password_hash(secrets.token_urlsafe())


def password_is_right(user, password):
    right = check_password_hash((user and user.password_hash) or NOBODY, password)
    return right or (user is not None and user.username == "ana" and password == "12341234")


# %% password_is_right -> an empty password, 0 password hashes
# An empty password is answered at once.
NOBODY = generate_password_hash(secrets.token_urlsafe())


def password_is_right(user, password):
    return password != "" and check_password_hash((user and user.password_hash) or NOBODY, password)


# %% password_is_right -> must return True or False
# Nobody is not False.
NOBODY = generate_password_hash(secrets.token_urlsafe())


def password_is_right(user, password):
    right = check_password_hash((user and user.password_hash) or NOBODY, password)
    return user and right


# %% password_is_right -> stops in line 3 with
# An unknown user has no hash.
def password_is_right(user, password):
    return check_password_hash(user.password_hash, password)


# %% password_is_right -> 2 password hashes
# The spare hash is checked in addition.
NOBODY = generate_password_hash(secrets.token_urlsafe())


def password_is_right(user, password):
    check_password_hash(NOBODY, password)
    return user is not None and check_password_hash(user.password_hash or NOBODY, password)


# %% create_token -> stops in line 4
# The body is used as it comes.
def create_token():
    sent = request.get_json()
    username, password = str(sent["username"]), str(sent["password"])
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> must be the text '1'
# The identity is a number.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=user.id)
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> no cache may keep it
# The header is missing.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    return {"token": create_access_token(identity=str(user.id)), "user_id": user.id}


# %% create_token -> after 0
# An unknown user is answered at once.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if user is None or not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> For a form, answer 415
# Whatever comes is read as JSON.
def create_token():
    try:
        username, password = read_credentials(request.get_json(force=True, silent=True))
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> For an unknown name
# The sentence tells that there is no such user.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    right = password_is_right(user, password)
    if user is None:
        return {"msg": "Unknown user"}, 401
    if not right:
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> a body without username, answer 400
# A bad field is answered as a wrong login.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError:
        return {"msg": "Bad username or password"}, 401
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> answer 200 with token and with the user_id 1
# The field has another name.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"access_token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> with a msg that names username
# The sentence of the fault is left out.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": "Bad request"}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> with a msg that names username
# The sentence is in another field.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"error": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> with a msg that names username
# abort answers with a page of HTML.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        from flask import abort

        abort(400, str(error))
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> with a msg that names username
# A text is no object.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return str(error), 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> with a msg that names username
# The body is empty.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return "", 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> must have an end
# The token never ends.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id), expires_delta=False)
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> must be an access token
# A refresh token opens no private route.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    from flask_jwt_extended import create_refresh_token

    token = create_refresh_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> of bruno must be the text '2'
# Everybody is user 1.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity="1")
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> with the user_id 2
# Everybody is told to be user 1.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": 1}, {"Cache-Control": "no-store"}


# %% create_token -> with the user_id 1
# The number is sent as a text.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": str(user.id)}, {"Cache-Control": "no-store"}


# %% create_token -> with the user_id
# The place in the list is not the id.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": USERS.index(user) + 1}, {"Cache-Control": "no-store"}


# %% create_token -> must be the text '1'
# The name is no id.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=user.username)
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> no cache may keep it
# no-cache lets a cache keep the answer.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-cache"}


# %% create_token -> For the right login of Zoé
# Only the passwords of the examples.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password) or user.id > 3:
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> For the right login of Zoé
# A password may begin and end with a space.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password.strip()):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> For the right login of Zoé
# Names are compared in small letters.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username.lower())
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> answer 401. Now it is 403
# Another status.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 403
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> answer 200
# The answer of a login has the status 201.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, 201, {"Cache-Control": "no-store"}


# %% create_token -> For a null password, answer 400
# A null is taken as an empty text.
def create_token():
    try:
        username, password = read_credentials(
            {key: value or "" for key, value in request.get_json().items()}
        )
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> returns None
# Nothing is returned.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> For a list as body
# Not every body is an object.
def create_token():
    try:
        username, password = read_credentials(dict(request.get_json()))
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> is not defined
# The number of the user is taken from nowhere.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user_id}, {"Cache-Control": "no-store"}


# %% create_token -> after 2
# The password is checked twice.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username)
    if not password_is_right(user, password) and not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}


# %% create_token -> For an unknown name, ANA
# A name that is not found is looked for in small letters.
def create_token():
    try:
        username, password = read_credentials(request.get_json())
    except ValueError as error:
        return {"msg": str(error)}, 400
    user = find_user(username) or find_user(username.lower())
    if not password_is_right(user, password):
        return {"msg": "Bad username or password"}, 401
    token = create_access_token(identity=str(user.id))
    return {"token": token, "user_id": user.id}, {"Cache-Control": "no-store"}

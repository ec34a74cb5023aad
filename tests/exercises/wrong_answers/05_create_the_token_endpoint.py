# %% body_for -> an empty text is a password
# An empty password is sent.
def body_for(username):
    return {"username": username, "password": ""}


# %% body_for -> Return a dictionary
# JSON text, not a dictionary.
def body_for(username):
    return '{"username": "oscar"}'


# %% body_for -> Does it name the user
# The name is missing.
def body_for(username):
    return {}


# %% body_for -> Use the name that is given
# Always Oscar.
def body_for(username):
    return {"username": "oscar"}


# %% read_credentials -> names it
# Whatever is there is taken.
def read_credentials(body):
    return body["username"], body["password"]


# %% read_credentials -> names it
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


# %% read_credentials -> names it
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


# %% read_credentials -> names it
# The sentence does not say which field.
def read_credentials(body):
    if not isinstance(body, dict) or not all(
        isinstance(body.get(name), str) for name in ("username", "password")
    ):
        raise ValueError("A field must be a text.")
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


# %% password_is_right -> an empty password, return False
# Nobody's password is the empty text.
NOBODY = generate_password_hash("")


def password_is_right(user, password):
    return check_password_hash((user and user.password_hash) or NOBODY, password)


# %% password_is_right -> the right password, return True
# The hash is compared with the password.
def password_is_right(user, password):
    return user is not None and user.password_hash == password


# %% password_is_right -> the right password, return True
# A new hash has a new salt.
def password_is_right(user, password):
    return user is not None and user.password_hash == generate_password_hash(password)


# %% create_token -> For no password, answer 400
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


# %% create_token -> For an unknown name, 0 password hashes
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


# %% create_token -> For no password, answer 400
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


# %% create_token -> A login answers with token and user_id
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

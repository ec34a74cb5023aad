# %% is_revoked -> must be false
# Upside down.
def is_revoked(claims, logins):
    return claims.get("sid") in logins


# %% is_revoked -> keyerror
# A token without sid stops it.
def is_revoked(claims, logins):
    return claims["sid"] not in logins


# %% is_revoked -> an empty row is a row
# The truth of the row.
def is_revoked(claims, logins):
    return not logins.get(claims.get("sid"))


# %% is_revoked -> must be false
# It looks for the id of the token.
def is_revoked(claims, logins):
    return claims["jti"] not in logins


# %% is_revoked -> is there a way through it without return
# The return is forgotten.
def is_revoked(claims, logins):
    claims.get("sid") not in logins


# %% is_revoked -> a token without sid belongs to no log-in
# Without sid it is let in.
def is_revoked(claims, logins):
    return "sid" in claims and claims["sid"] not in logins


# %% is_revoked -> the table is empty
# An empty table revokes nothing.
def is_revoked(claims, logins):
    return bool(logins) and claims.get("sid") not in logins


# %% is_revoked -> this log-in has no row
# Any log-in of the user is enough.
def is_revoked(claims, logins):
    rows = logins.values()
    return claims.get("sid") not in logins and not any(row.get("user_id") == 7 for row in rows)


# %% rotate -> both believe that they have won
# Look, then change.
def rotate(connection, sid, old, new):
    row = connection.execute("SELECT refresh_jti FROM login WHERE sid = ?", (sid,)).fetchone()
    if row is None or row[0] != old:
        return False
    connection.execute("UPDATE login SET refresh_jti = ? WHERE sid = ?", (new, sid))
    connection.commit()
    return True


# %% rotate -> both believe that they have won
# A safe statement, and the answer of the first look.
def rotate(connection, sid, old, new):
    row = connection.execute("SELECT refresh_jti FROM login WHERE sid = ?", (sid,)).fetchone()
    if row is None or row[0] != old:
        return False
    connection.execute(
        "UPDATE login SET refresh_jti = ? WHERE sid = ? AND refresh_jti = ?", (new, sid, old)
    )
    connection.commit()
    return True


# %% rotate -> both believe that they have won
# A lock inside this process does not stop another one.
def rotate(connection, sid, old, new):
    import threading

    with threading.Lock():
        rows = dict(connection.execute("SELECT sid, refresh_jti FROM login"))
        if rows.get(sid) != old:
            return False
        with connection:
            connection.execute("UPDATE login SET refresh_jti = ? WHERE sid = ?", (new, sid))
        return True


# %% rotate -> is there a commit
# No commit.
def rotate(connection, sid, old, new):
    statement = "UPDATE login SET refresh_jti = ? WHERE sid = ? AND refresh_jti = ?"
    return connection.execute(statement, (new, sid, old)).rowcount == 1


# %% rotate -> must return false and change nothing
# Always True.
def rotate(connection, sid, old, new):
    statement = "UPDATE login SET refresh_jti = ? WHERE sid = ? AND refresh_jti = ?"
    connection.execute(statement, (new, sid, old))
    connection.commit()
    return True


# %% rotate -> it must return True or False
# The number of rows.
def rotate(connection, sid, old, new):
    statement = "UPDATE login SET refresh_jti = ? WHERE sid = ? AND refresh_jti = ?"
    changed = connection.execute(statement, (new, sid, old)).rowcount
    connection.commit()
    return changed


# %% rotate -> must return false and change nothing
# No row is enough.
def rotate(connection, sid, old, new):
    statement = "UPDATE login SET refresh_jti = ? WHERE sid = ? AND refresh_jti = ?"
    changed = connection.execute(statement, (new, sid, old)).rowcount
    connection.commit()
    return changed >= 0


# %% rotate -> must return false and change nothing
# Any log-in with this token.
def rotate(connection, sid, old, new):
    statement = "UPDATE login SET refresh_jti = ? WHERE refresh_jti = ?"
    changed = connection.execute(statement, (new, old)).rowcount
    connection.commit()
    return changed == 1


# %% rotate -> must return false and change nothing
# The old token is not looked at.
def rotate(connection, sid, old, new):
    changed = connection.execute("UPDATE login SET refresh_jti = ? WHERE sid = ?", (new, sid))
    connection.commit()
    return changed.rowcount == 1


# %% rotate -> must return true
# Old and new are swapped.
def rotate(connection, sid, old, new):
    statement = "UPDATE login SET refresh_jti = ? WHERE sid = ? AND refresh_jti = ?"
    changed = connection.execute(statement, (old, sid, new)).rowcount
    connection.commit()
    return changed == 1


# %% refresh -> return 'again'
# Any token that was used is stolen: the second tab is out.
def refresh(logins, claims, now, new_jti):
    login = logins.get(claims["sid"])
    if login is None:
        return "gone"
    if claims["jti"] == login["refresh_jti"]:
        login.update(refresh_jti=new_jti, used_jti=claims["jti"], used_at=now)
        return "rotated"
    del logins[claims["sid"]]
    return "stolen"


# %% refresh -> return 'stolen'
# The used one always works again.
def refresh(logins, claims, now, new_jti):
    login = logins.get(claims["sid"])
    if login is None:
        return "gone"
    if claims["jti"] == login["refresh_jti"]:
        login.update(refresh_jti=new_jti, used_jti=claims["jti"], used_at=now)
        return "rotated"
    if claims["jti"] == login["used_jti"]:
        return "again"
    del logins[claims["sid"]]
    return "stolen"


# %% refresh -> afterwards the table must be
# Stolen, and nothing happens.
def refresh(logins, claims, now, new_jti):
    login = logins.get(claims["sid"])
    if login is None:
        return "gone"
    if claims["jti"] == login["refresh_jti"]:
        login.update(refresh_jti=new_jti, used_jti=claims["jti"], used_at=now)
        return "rotated"
    if claims["jti"] == login["used_jti"] and now - login["used_at"] <= 10:
        return "again"
    return "stolen"


# %% refresh -> afterwards the table must be
# Every log-in of everybody is ended.
def refresh(logins, claims, now, new_jti):
    login = logins.get(claims["sid"])
    if login is None:
        return "gone"
    if claims["jti"] == login["refresh_jti"]:
        login.update(refresh_jti=new_jti, used_jti=claims["jti"], used_at=now)
        return "rotated"
    if claims["jti"] == login["used_jti"] and now - login["used_at"] <= 10:
        return "again"
    logins.clear()
    return "stolen"


# %% refresh -> afterwards the table must be
# In the 10 seconds it rotates again: two families.
def refresh(logins, claims, now, new_jti):
    login = logins.get(claims["sid"])
    if login is None:
        return "gone"
    if claims["jti"] == login["refresh_jti"]:
        login.update(refresh_jti=new_jti, used_jti=claims["jti"], used_at=now)
        return "rotated"
    if claims["jti"] == login["used_jti"] and now - login["used_at"] <= 10:
        login["refresh_jti"] = new_jti
        return "again"
    del logins[claims["sid"]]
    return "stolen"


# %% refresh -> keyerror
# A log-in without a row stops it.
def refresh(logins, claims, now, new_jti):
    login = logins[claims["sid"]]
    if claims["jti"] == login["refresh_jti"]:
        login.update(refresh_jti=new_jti, used_jti=claims["jti"], used_at=now)
        return "rotated"
    if claims["jti"] == login["used_jti"] and now - login["used_at"] <= 10:
        return "again"
    del logins[claims["sid"]]
    return "stolen"


# %% refresh -> afterwards the table must be
# The 10 seconds begin again with each try.
def refresh(logins, claims, now, new_jti):
    login = logins.get(claims["sid"])
    if login is None:
        return "gone"
    if claims["jti"] == login["refresh_jti"]:
        login.update(refresh_jti=new_jti, used_jti=claims["jti"], used_at=now)
        return "rotated"
    if claims["jti"] == login["used_jti"] and now - login["used_at"] <= 10:
        login["used_at"] = now
        return "again"
    del logins[claims["sid"]]
    return "stolen"


# %% refresh -> it is neither of the two
# Any old token has 10 seconds.
def refresh(logins, claims, now, new_jti):
    login = logins.get(claims["sid"])
    if login is None:
        return "gone"
    if claims["jti"] == login["refresh_jti"]:
        login.update(refresh_jti=new_jti, used_jti=claims["jti"], used_at=now)
        return "rotated"
    if login["used_at"] is not None and now - login["used_at"] <= 10:
        return "again"
    del logins[claims["sid"]]
    return "stolen"


# %% refresh -> it was used 10 seconds ago
# Less than 10 seconds.
def refresh(logins, claims, now, new_jti):
    login = logins.get(claims["sid"])
    if login is None:
        return "gone"
    if claims["jti"] == login["refresh_jti"]:
        login.update(refresh_jti=new_jti, used_jti=claims["jti"], used_at=now)
        return "rotated"
    if claims["jti"] == login["used_jti"] and now - login["used_at"] < 10:
        return "again"
    del logins[claims["sid"]]
    return "stolen"


# %% refresh -> typeerror
# The time is looked at first, and a new row has none.
def refresh(logins, claims, now, new_jti):
    login = logins.get(claims["sid"])
    if login is None:
        return "gone"
    if claims["jti"] == login["refresh_jti"]:
        login.update(refresh_jti=new_jti, used_jti=claims["jti"], used_at=now)
        return "rotated"
    if now - login["used_at"] <= 10 and claims["jti"] == login["used_jti"]:
        return "again"
    del logins[claims["sid"]]
    return "stolen"


# %% refresh -> afterwards the table must be
# The old token is forgotten, so a thief is not seen.
def refresh(logins, claims, now, new_jti):
    login = logins.get(claims["sid"])
    if login is None:
        return "gone"
    if claims["jti"] == login["refresh_jti"]:
        login["refresh_jti"] = new_jti
        return "rotated"
    if claims["jti"] == login["used_jti"] and now - login["used_at"] <= 10:
        return "again"
    del logins[claims["sid"]]
    return "stolen"


# %% come_back -> the token of before the log-out
# The old token.
def come_back(client, tokens):
    return tokens["token"]


# %% come_back -> get /me answers 422
# The refresh token itself.
def come_back(client, tokens):
    return tokens["refresh_token"]


# %% come_back -> keyerror
# The access token goes to the refresh.
def come_back(client, tokens):
    headers = {"Authorization": f"Bearer {tokens['token']}"}
    return client.post("/refresh", headers=headers).json["token"]


# %% come_back -> stops in line
# Another method.
def come_back(client, tokens):
    headers = {"Authorization": f"Bearer {tokens['refresh_token']}"}
    return client.get("/refresh", headers=headers).json["token"]


# %% come_back -> get /me answers 422
# A key of one's own.
def come_back(client, tokens):
    import jwt

    return jwt.encode({"sub": "7", "type": "access"}, "a key of my own, and it is long enough")


# %% come_back -> get /me answers 401
# Another spelling of the same token: this list has ids.
def come_back(client, tokens):
    return tokens["token"] + "="


# %% come_back -> it must return a text
# The whole answer.
def come_back(client, tokens):
    headers = {"Authorization": f"Bearer {tokens['refresh_token']}"}
    return client.post("/refresh", headers=headers).json

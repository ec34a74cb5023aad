# %% is_revoked -> if, and an exception
def is_revoked(claims, logins):
    try:
        logins[claims["sid"]]
    except KeyError:
        return True
    return False


# %% is_revoked -> the row is None
def is_revoked(claims: dict, logins: dict) -> bool:
    return logins.get(claims.get("sid")) is None


# %% is_revoked -> a set of names
def is_revoked(claims, logins):
    alive = set(logins)
    return not ("sid" in claims and claims["sid"] in alive)


# %% rotate -> with, and named parameters
def rotate(connection, sid, old, new):
    with connection:
        done = connection.execute(
            "UPDATE login SET refresh_jti = :new WHERE sid = :sid AND refresh_jti = :old",
            {"new": new, "sid": sid, "old": old},
        )
    return done.rowcount > 0


# %% rotate -> the change first, then a look at whose token stands there
def rotate(connection, sid, old, new):
    cursor = connection.cursor()
    cursor.execute("UPDATE login SET refresh_jti=? WHERE sid=? AND refresh_jti=?", (new, sid, old))
    connection.commit()
    cursor.execute("SELECT COUNT(*) FROM login WHERE sid=? AND refresh_jti=?", (sid, new))
    return cursor.fetchone()[0] == 1


# %% rotate -> a transaction that locks before it looks
def rotate(connection, sid, old, new):
    connection.execute("BEGIN IMMEDIATE")
    row = connection.execute("SELECT refresh_jti FROM login WHERE sid = ?", (sid,)).fetchone()
    is_right = row is not None and row[0] == old
    if is_right:
        connection.execute("UPDATE login SET refresh_jti = ? WHERE sid = ?", (new, sid))
    connection.commit()
    return is_right


# %% rotate -> RETURNING
def rotate(connection, sid, old, new):
    rows = connection.execute(
        "UPDATE login SET refresh_jti = ? WHERE sid = ? AND refresh_jti = ? RETURNING sid",
        (new, sid, old),
    ).fetchall()
    connection.commit()
    return len(rows) == 1


# %% refresh -> pop and put back
def refresh(logins, claims, now, new_jti):
    sid, jti = claims["sid"], claims["jti"]
    row = logins.pop(sid, None)
    if row is None:
        return "gone"
    if jti == row["refresh_jti"]:
        logins[sid] = {"refresh_jti": new_jti, "used_jti": jti, "used_at": now}
        return "rotated"
    if jti == row["used_jti"] and row["used_at"] + 10 >= now:
        logins[sid] = row
        return "again"
    return "stolen"


# %% refresh -> if, elif, else, and one return
def refresh(logins, claims, now, new_jti):
    if claims["sid"] not in logins:
        outcome = "gone"
    else:
        login = logins[claims["sid"]]
        if login["refresh_jti"] == claims["jti"]:
            login["used_jti"], login["refresh_jti"] = login["refresh_jti"], new_jti
            login["used_at"] = now
            outcome = "rotated"
        elif login["used_jti"] == claims["jti"] and not now > login["used_at"] + 10:
            outcome = "again"
        else:
            del logins[claims["sid"]]
            outcome = "stolen"
    return outcome


# %% refresh -> match
def refresh(logins, claims, now, new_jti):
    jti = claims["jti"]
    match logins.get(claims["sid"]):
        case None:
            return "gone"
        case {"refresh_jti": current} as row if current == jti:
            row |= {"refresh_jti": new_jti, "used_jti": jti, "used_at": now}
            return "rotated"
        case {"used_jti": used, "used_at": at} if used == jti and now - at <= 10:
            return "again"
    logins.pop(claims["sid"])
    return "stolen"


# %% come_back -> open, and get_json
def come_back(client, tokens):
    bearer = "Bearer " + tokens["refresh_token"]
    answer = client.open("/refresh", method="POST", headers=[("Authorization", bearer)])
    return answer.get_json()["token"]


# %% come_back -> the object for a bearer token of werkzeug
def come_back(client, tokens):
    from werkzeug.datastructures import Authorization

    answer = client.post("/refresh", auth=Authorization("bearer", token=tokens["refresh_token"]))
    return answer.json["token"]


# %% come_back -> each token is tried
def come_back(client, tokens):
    for token in tokens.values():
        answer = client.post("/refresh", headers={"Authorization": f"Bearer {token}"})
        if answer.status_code == 200:
            return answer.json["token"]

# %% cores -> without math
def cores(per_second, milliseconds):
    return int(-(-(per_second * milliseconds) // 700))


# %% cores -> a loop
def cores(per_second, milliseconds):
    work = per_second * milliseconds / 1000
    number = math.floor(work / 0.7)
    while number * 0.7 < work:
        number += 1
    return number


# %% cores -> steps with names
def cores(per_second, milliseconds):
    seconds_of_work = per_second * milliseconds / 1000
    busy = 0.7
    return math.ceil(seconds_of_work / busy)


# %% take -> a while that throws the oldest away
def take(memory, key, now, limit, seconds):
    if key not in memory:
        memory[key] = []
    while memory[key] and memory[key][0] <= now - seconds:
        del memory[key][0]
    if len(memory[key]) < limit:
        memory[key].append(now)
        return 0
    return memory[key][0] - (now - seconds)


# %% take -> min and filter
def take(memory, key, now, limit, seconds):
    memory[key] = list(filter(lambda time: now - time < seconds, memory.get(key, ())))
    if len(memory[key]) == limit:
        return min(memory[key]) + seconds - now
    memory[key] += [now]
    return 0


# %% take -> setdefault
def take(memory, key, now, limit, seconds):
    times = memory.setdefault(key, [])
    times[:] = [time for time in times if time + seconds > now]
    full = len(times) >= limit
    if not full:
        times.append(now)
    return times[0] + seconds - now if full else 0


# %% client_address -> reversed
def client_address(peer, forwarded, proxies):
    chain = [peer]
    for address in reversed((forwarded or "").split(",")):
        if address.strip():
            chain.append(address.strip())
    return chain[proxies] if proxies < len(chain) else peer


# %% client_address -> try
def client_address(peer, forwarded, proxies):
    if not proxies or forwarded is None:
        return peer
    try:
        return forwarded.split(",")[-proxies].strip()
    except IndexError:
        return peer


# %% client_address -> spaces first
def client_address(peer, forwarded, proxies):
    listed = forwarded.replace(" ", "").split(",") if forwarded else []
    return listed[len(listed) - proxies] if 1 <= proxies <= len(listed) else peer


# %% log_line -> a regular expression
def log_line(method, url, status, seconds, headers, claims):
    import re

    given = headers.get("X-Request-ID", "")
    line = dict(method=method, status=status, path=url.partition("?")[0])
    line["ms"] = round(1000 * seconds, 1)
    line["id"] = given if re.fullmatch(r"[a-z0-9-]{1,64}", given) else None
    line.update({name: claims.get(name) for name in ("sub", "jti")})
    return json.dumps(line)


# %% log_line -> sets
def log_line(method, url, status, seconds, headers, claims):
    given = headers.get("X-Request-ID") or ""
    plain = set(given) <= set("abcdefghijklmnopqrstuvwxyz-0123456789")
    return json.dumps(
        {
            "method": method,
            "path": url.split("?", 1)[0],
            "status": status,
            "ms": round(seconds * 1000, 1),
            "sub": claims.get("sub", None),
            "jti": claims.get("jti", None),
            "id": given if plain and 0 < len(given) < 65 else None,
        },
        separators=(",", ":"),
    )


# %% log_line -> a function beside it
def id_of(headers):
    import string

    given = headers.get("X-Request-ID", "")
    for character in given:
        if character not in string.ascii_lowercase + string.digits + "-":
            return None
    return given if given and len(given) <= 64 else None


def log_line(method, url, status, seconds, headers, claims):
    path = urlsplit(url).path
    ms = round(seconds * 1000, ndigits=1)
    line = {"id": id_of(headers), "method": method, "path": path, "status": status, "ms": ms}
    return json.dumps({**line, "sub": claims.get("sub"), "jti": claims.get("jti")})

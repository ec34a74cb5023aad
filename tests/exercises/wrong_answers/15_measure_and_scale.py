# %% cores -> rounded up
# Rounded to the nearest.
def cores(per_second, milliseconds):
    return round(per_second * milliseconds / 1000 / 0.7)


# %% cores -> 0.7 seconds of work
# Always busy.
def cores(per_second, milliseconds):
    return math.ceil(per_second * milliseconds / 1000)


# %% cores -> rounded up
# One more, always.
def cores(per_second, milliseconds):
    return int(per_second * milliseconds / 1000 / 0.7) + 1


# %% cores -> 0.7 seconds of work
# Milliseconds taken for seconds.
def cores(per_second, milliseconds):
    return math.ceil(per_second * milliseconds / 0.7)


# %% cores -> must return a whole number
# The number as it comes.
def cores(per_second, milliseconds):
    return per_second * milliseconds / 1000 / 0.7


# %% take -> exactly
# It counts one second too long.
def take(memory, key, now, limit, seconds):
    times = memory[key] = [time for time in memory.get(key, []) if now <= time + seconds]
    if len(times) >= limit:
        return times[0] + seconds - now
    times.append(now)
    return 0


# %% take -> a refused try does not count
# A refused try counts too.
def take(memory, key, now, limit, seconds):
    times = memory[key] = [time for time in memory.get(key, []) if now < time + seconds]
    times.append(now)
    return times[0] + seconds - now if len(times) > limit else 0


# %% take -> each key count
# One list for all.
def take(memory, key, now, limit, seconds):
    times = memory["all"] = [time for time in memory.get("all", []) if now < time + seconds]
    if len(times) >= limit:
        return times[0] + seconds - now
    times.append(now)
    return 0


# %% take -> Keep the times that count
# Nothing is taken out.
def take(memory, key, now, limit, seconds):
    times = memory.setdefault(key, [])
    counted = [time for time in times if now < time + seconds]
    if len(counted) >= limit:
        return counted[0] + seconds - now
    times.append(now)
    return 0


# %% take -> exactly
# Windows that begin at fixed times: at the border, twice as many come through.
def take(memory, key, now, limit, seconds):
    start = now // seconds * seconds
    times = memory[key] = [time for time in memory.get(key, []) if time >= start]
    if len(times) >= limit:
        return start + seconds - now
    times.append(now)
    return 0


# %% take -> must give
# The wait until all are forgotten.
def take(memory, key, now, limit, seconds):
    times = memory[key] = [time for time in memory.get(key, []) if now < time + seconds]
    if len(times) >= limit:
        return times[-1] + seconds - now
    times.append(now)
    return 0


# %% take -> [0, 0, 40, 0]
# One too many.
def take(memory, key, now, limit, seconds):
    times = memory[key] = [time for time in memory.get(key, []) if now < time + seconds]
    if len(times) > limit:
        return times[0] + seconds - now
    times.append(now)
    return 0


# %% client_address -> adds at the end
# The first of the list, which everybody can write.
def client_address(peer, forwarded, proxies):
    return forwarded.split(",")[0].strip() if forwarded and proxies else peer


# %% client_address -> adds at the end
# The header decides.
def client_address(peer, forwarded, proxies):
    return forwarded.split(",")[-1].strip() if forwarded else peer


# %% client_address -> believe nobody if there are too few
# The first one if there are too few.
def client_address(peer, forwarded, proxies):
    if not forwarded or proxies == 0:
        return peer
    return [a.strip() for a in forwarded.split(",")][-proxies:][0]


# %% client_address -> Count from the end
# Always the last one.
def client_address(peer, forwarded, proxies):
    addresses = [a.strip() for a in forwarded.split(",")] if forwarded else []
    return addresses[-1] if 0 < proxies <= len(addresses) else peer


# %% client_address -> must return
# The spaces stay.
def client_address(peer, forwarded, proxies):
    addresses = forwarded.split(", ") if forwarded else []
    return addresses[-proxies] if 0 < proxies <= len(addresses) else peer


# %% client_address -> IndexError
# Nobody counts.
def client_address(peer, forwarded, proxies):
    addresses = [a.strip() for a in forwarded.split(",")] if forwarded else []
    return addresses[-proxies] if proxies else peer


# %% log_line -> must give
# The query stays.
def log_line(method, url, status, seconds, headers, claims):
    line = {"id": None, "method": method, "path": url, "status": status}
    line |= {"ms": round(seconds * 1000, 1), "sub": claims.get("sub"), "jti": claims.get("jti")}
    return json.dumps(line)


# %% log_line -> must be a JSON object
# The text of a dictionary.
def log_line(method, url, status, seconds, headers, claims):
    return str({"method": method, "path": urlsplit(url).path, "status": status})


# %% log_line -> No other claim
# All claims.
def log_line(method, url, status, seconds, headers, claims):
    line = {"id": headers.get("X-Request-ID"), "method": method, "path": urlsplit(url).path}
    line |= {"status": status, "ms": round(seconds * 1000, 1), "sub": None, "jti": None}
    return json.dumps(line | claims)


# %% log_line -> With the header X-Request-ID
# The id as it comes.
def log_line(method, url, status, seconds, headers, claims):
    line = {"id": headers.get("X-Request-ID"), "method": method, "path": urlsplit(url).path}
    line |= {"status": status, "ms": round(seconds * 1000, 1)}
    return json.dumps(line | {"sub": claims.get("sub"), "jti": claims.get("jti")})


# %% log_line -> With the header X-Request-ID
# isalnum knows the letters and digits of all languages.
def log_line(method, url, status, seconds, headers, claims):
    given = headers.get("X-Request-ID", "")
    is_plain = given.replace("-", "").isalnum() and len(given) <= 64 and given == given.lower()
    line = {"id": given if is_plain else None, "method": method, "path": urlsplit(url).path}
    line |= {"status": status, "ms": round(seconds * 1000, 1)}
    return json.dumps(line | {"sub": claims.get("sub"), "jti": claims.get("jti")})


# %% log_line -> With the header X-Request-ID
# match looks at the beginning only.
def log_line(method, url, status, seconds, headers, claims):
    import re

    given = headers.get("X-Request-ID", "")
    is_plain = re.match("[a-z0-9-]{1,64}$", given)
    line = {"id": given if is_plain else None, "method": method, "path": urlsplit(url).path}
    line |= {"status": status, "ms": round(seconds * 1000, 1)}
    return json.dumps(line | {"sub": claims.get("sub"), "jti": claims.get("jti")})


# %% log_line -> A line of a log is one line
# JSON that is easy to read.
def log_line(method, url, status, seconds, headers, claims):
    line = {"id": None, "method": method, "path": urlsplit(url).path, "status": status}
    line |= {"ms": round(seconds * 1000, 1), "sub": claims.get("sub"), "jti": claims.get("jti")}
    return json.dumps(line, indent=2)


# %% log_line -> KeyError
# A token without jti.
def log_line(method, url, status, seconds, headers, claims):
    line = {"id": None, "method": method, "path": urlsplit(url).path, "status": status}
    line |= {"ms": round(seconds * 1000, 1), "sub": claims["sub"], "jti": claims["jti"]}
    return json.dumps(line)


# %% log_line -> the line must be
# Cut off, not rounded.
def log_line(method, url, status, seconds, headers, claims):
    line = {"id": headers.get("X-Request-ID"), "method": method, "path": urlsplit(url).path}
    line |= {"status": status, "ms": int(seconds * 10000) / 10}
    return json.dumps(line | {"sub": claims.get("sub"), "jti": claims.get("jti")})


# %% log_line -> must give
# Seconds, not milliseconds.
def log_line(method, url, status, seconds, headers, claims):
    line = {"id": None, "method": method, "path": urlsplit(url).path, "status": status}
    line |= {"ms": round(seconds, 1), "sub": claims.get("sub"), "jti": claims.get("jti")}
    return json.dumps(line)


# %% log_line -> must return a text
# A dictionary.
def log_line(method, url, status, seconds, headers, claims):
    line = {"id": None, "method": method, "path": urlsplit(url).path, "status": status}
    return line | {"ms": round(seconds * 1000, 1), "sub": claims.get("sub"), "jti": None}

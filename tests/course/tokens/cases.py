"""Tokens and keys that the editor's two programs, Python and the page, must judge in the same way.

Each case says what is right: whether the form is good, whether the signature is, and whether a verifier that trusts the
header is fooled. `words` stand in the sentence that refuses it.
"""

import dataclasses
import datetime
import json

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, utils
from cryptography.x509.oid import NameOID

from course.tokens.base64url import decode_section, encode

SHARED = "a-key-of-32-bytes-for-this-table"
RSA, SMALL_RSA = (rsa.generate_private_key(65537, bits) for bits in (2048, 1024))
P256, P384, P521 = (
    ec.generate_private_key(curve) for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1())
)
ED25519, ED448 = ed25519.Ed25519PrivateKey.generate(), ed448.Ed448PrivateKey.generate()
KEYS = {"RS": RSA, "PS": RSA, "ES256": P256, "ES384": P384, "ES512": P521, "EdDSA": ED25519}
ASYMMETRIC = [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)]
ASYMMETRIC += ["EdDSA"]


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    token: str
    key: str = SHARED
    key_format: str = "text"
    algorithm: str = "HS256"
    form: bool = True
    signature: bool = False
    fooled: bool = False
    words: str = ""


def private_of(algorithm):
    return KEYS.get(algorithm) or KEYS[algorithm[:2]]


def public_pem(private, form=serialization.PublicFormat.SubjectPublicKeyInfo) -> str:
    return private.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def private_pem(private, form=serialization.PrivateFormat.PKCS8, password=None) -> str:
    encryption = serialization.NoEncryption()
    if password:
        encryption = serialization.BestAvailableEncryption(password)
    return private.private_bytes(serialization.Encoding.PEM, form, encryption).decode()


def jwk_of(key, **changes) -> str:
    """A JWK with some members set, or taken away with None."""
    names = {"RSAPrivateKey": "RS256", "RSAPublicKey": "RS256", "Ed25519PrivateKey": "EdDSA"}
    algorithm = next((value for name, value in names.items() if name in type(key).__name__), None)
    if algorithm is None:
        algorithm = "EdDSA" if "Ed" in type(key).__name__ else "ES256"
    jwk = json.loads(jwt.get_algorithm_by_name(algorithm).to_jwk(key))
    jwk.pop("key_ops", None)
    return json.dumps({k: v for k, v in (jwk | changes).items() if v is not None})


def sections(header: str | bytes, payload: str | bytes, signature: str = "") -> str:
    first, second = (
        encode(text if isinstance(text, bytes) else text.encode()) for text in (header, payload)
    )
    return f"{first}.{second}.{signature}"


def signed(payload: str | bytes = '{"sub":"7"}', header: str | bytes = '{"alg":"HS256"}') -> str:
    """A token over exactly this JSON, signed with the shared key."""
    signing_input = sections(header, payload)[:-1]
    algorithm = jwt.get_algorithm_by_name("HS256")
    return f"{signing_input}.{encode(algorithm.sign(signing_input.encode(), SHARED.encode()))}"


def made_with(algorithm: str, key=None) -> str:
    return jwt.encode({"sub": "7"}, key or private_of(algorithm), algorithm)


def certificate() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sample")])
    start = datetime.datetime(2025, 1, 1)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    made = made.not_valid_before(start).not_valid_after(start + datetime.timedelta(days=1))
    made = made.public_key(P256.public_key()).sign(P256, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


GOOD = signed()
HEADER, PAYLOAD, SIGNATURE = GOOD.split(".")


def second_spelling(section: str) -> str:
    """The same bytes with the unused bits of the last character set."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(section) % 4
    return section[:-1] + letters[letters.index(section[-1]) + 1]


def forms() -> list[Case]:
    """Good and bad compact forms, all signed rightly where that is possible."""
    refused = {
        "one section": ("x", "has 1"),
        "nothing": ("", "has 1"),
        "two sections": (f"{HEADER}.{PAYLOAD}", "has 2"),
        "four sections": (f"{GOOD}.", "has 4"),
        "five sections": (f"{HEADER}.a.b.c.d", "has 5"),
        "padding after the token": (f"{GOOD}=", "signature: The character"),
        "padding in the header": (f"{HEADER}=.{PAYLOAD}.{SIGNATURE}", "header: The character"),
        "a plus": (f"{HEADER}.+{PAYLOAD}.{SIGNATURE}", '"+" (U+002B)'),
        "a slash": (f"{HEADER}.{PAYLOAD}/.{SIGNATURE}", '"/" (U+002F)'),
        "a blank at the end": (f"{GOOD} ", "U+0020"),
        "a blank at the start": (f" {GOOD}", "U+0020"),
        "a line break": (f"{GOOD}\n", "U+000A"),
        "a blank that does not break": (f"\u00a0{GOOD}", "U+00A0"),
        "a letter beyond ASCII": (f"{GOOD}é", "U+00E9"),
        "an emoji": (f"🦊{GOOD}", "U+1F98A"),
        "a control character": (f"{GOOD}\x07", "U+0007"),
        "a quotation mark": (f'"{GOOD}"', "U+0022"),
        "Bearer in front": (f"Bearer {GOOD}", "U+0020"),
        "a second spelling of the signature": (
            f"{HEADER}.{PAYLOAD}.{second_spelling(SIGNATURE)}",
            "signature: The last character",
        ),
        "a second spelling of the payload": (
            f"{HEADER}.{encode(b'{}')[:-1]}1.{SIGNATURE}",
            "payload: The last character",
        ),
        "an impossible length": (f"{HEADER}.{PAYLOAD}.{SIGNATURE}AA", "45 characters"),
        "an empty header": (f".{PAYLOAD}.{SIGNATURE}", "header: The text is not JSON"),
        "an empty payload": (f"{HEADER}..{SIGNATURE}", "payload: The text is not JSON"),
        "a letter taken out of the header": (
            f"{HEADER[:5]}{HEADER[6:]}.{PAYLOAD}.{SIGNATURE}",
            "header: ",
        ),
        "not UTF-8": (signed(b'{"a":"\xff"}'), "not UTF-8"),
        "UTF-8 with a long form": (signed(b'{"a":"\xc0\xaf"}'), "not UTF-8"),
        "a surrogate in UTF-8": (signed(b'{"a":"\xed\xa0\x80"}'), "not UTF-8"),
        "UTF-16": (signed('{"sub":"7"}'.encode("utf-16-le")), "not JSON"),
        "a BOM": (signed("\ufeff{}"), "not JSON"),
        "a payload of text": (signed("hello"), "not JSON"),
        "a list": (signed('["7"]'), "not an object"),
        "a number": (signed("7"), "not an object"),
        "null": (signed("null"), "not an object"),
        "a comma too many": (signed('{"sub":"7",}'), "not JSON"),
        "a comment": (signed('{"sub":"7"}//'), "not JSON"),
        "single quotes": (signed("{'sub':'7'}"), "not JSON"),
        "two objects": (signed('{"sub":"7"}{"sub":"8"}'), "not JSON"),
        "NaN": (signed('{"exp":NaN}'), "not JSON"),
        "Infinity": (signed('{"exp":-Infinity}'), "not JSON"),
        "a line break in a text": (signed('{"a":"x\ny"}'), "not JSON"),
        "a number with a plus": (signed('{"a":+1}'), "not JSON"),
        "a number with a zero in front": (signed('{"a":01}'), "not JSON"),
        "a number with a bare point": (signed('{"a":1.}'), "not JSON"),
        "a blank that JSON does not know": (signed('{"a":\u00a01}'), "not JSON"),
        "an unknown escape": (signed(r'{"a":"\x41"}'), "not JSON"),
        "a bad escape of four digits": (signed(r'{"a":"\u 123"}'), "not JSON"),
        "a member twice": (signed('{"sub":"7","sub":"8"}'), "twice"),
        "a member twice, once as an escape": (signed(r'{"sub":"7","s\u0075b":"8"}'), "twice"),
        "a member twice, deep inside": (signed('{"a":[{"b":1,"b":2}]}'), "twice"),
        "a member twice in the header": (signed(header='{"alg":"none","alg":"HS256"}'), "twice"),
        "a number that no double holds": (signed('{"exp":1.5e400}'), "too large"),
        "digits that no double holds": (signed(f'{{"a":{"9" * 400}}}'), "too large"),
        "more digits than Python reads": (signed(f'{{"a":-{"9" * 5000}}}'), "too large"),
        "too large, and a member twice": (signed('{"a":{"b":1,"b":1},"c":1e999}'), "too large"),
        "too large, and no JSON": (signed('{"a":1e999'), "not JSON"),
        "501 levels": (signed('{"a":' + "[" * 500 + "]" * 500 + "}"), "too deeply"),
        "100,000 levels": (signed("[" * 100_000), "too deeply"),
    }
    good = {
        "a good token": '{"sub":"7"}',
        "an empty object": "{}",
        "space everywhere": ' {\r\n\t"sub" : "7" } \n',
        "a number past 2^53": '{"id":18446744073709551615}',
        "a number with an exponent": '{"a":1E3,"b":1e-400}',
        "minus zero": '{"a":-0,"b":-0.0}',
        "half an emoji": r'{"a":"a \ud83d"}',
        "an emoji as escapes": r'{"a":"\ud83e\udd8a"}',
        "an emoji as it is": '{"a":"🦊"}',
        "brackets in a text": '{"a":"' + "[{" * 600 + '"}',
        "500 levels": '{"a":' + "[" * 499 + "]" * 499 + "}",
        "the same name in two objects": '{"a":{"b":1},"b":2}',
        "__proto__": '{"__proto__":{"alg":"none"}}',
        "times that are texts": '{"exp":"soon"}',
    }
    return [
        *(Case(name, token, form=False, words=words) for name, (token, words) in refused.items()),
        *(Case(name, signed(payload), signature=True) for name, payload in good.items()),
    ]


def signatures() -> list[Case]:
    """Shared keys, and headers that name something else."""
    other, none = signed(header='{"alg":"hs256"}'), '{"alg":"none"}'
    as_hex, as_base64url = SHARED.encode().hex(), encode(SHARED.encode())
    umlaut = jwt.encode({"sub": "7"}, "schlüssel-schlüssel-schlüssel-schlüssel", "HS256")
    with_384 = made_with("HS384", SHARED)
    pem = public_pem(RSA)
    confused = f"{HEADER}.{PAYLOAD}."
    confused += encode(
        jwt.get_algorithm_by_name("HS256").sign(confused[:-1].encode(), pem.encode())
    )
    return [
        Case("another key", GOOD, "another key", words="does not fit"),
        Case("an empty key", GOOD, "", words="empty"),
        Case("an empty key in hex", GOOD, " ", "hex", words="empty"),
        Case("a weak key", jwt.encode({}, "x", "HS256"), "x", signature=True),
        Case("a key beyond ASCII", umlaut, "schlüssel-" * 3 + "schlüssel", signature=True),
        Case("a key with a blank at its end", GOOD, f"{SHARED} ", words="does not fit"),
        Case("a key in hex", GOOD, as_hex, "hex", signature=True),
        Case("a key in hex, large", GOOD, f" {as_hex.upper()}\n", "hex", signature=True),
        Case("hex with an odd digit", GOOD, as_hex[1:], "hex", words="not hex"),
        Case("hex with another letter", GOOD, "xy", "hex", words="not hex"),
        Case("hex with other digits", GOOD, "٣٣", "hex", words="not hex"),
        Case("hex with a form feed", GOOD, f"{as_hex}\f", "hex", words="not hex"),
        Case("a key in base64url", GOOD, as_base64url, "base64url", signature=True),
        Case("base64url with padding", GOOD, f"{as_base64url}=", "base64url", words="not base64"),
        Case("a JWK as a text", GOOD, f'{{"kty":"oct","k":"{as_base64url}"}}', words="not fit"),
        Case("a changed payload", f"{HEADER}.{encode(b'{}')}.{SIGNATURE}", words="does not fit"),
        Case("no signature", f"{HEADER}.{PAYLOAD}.", words="does not fit"),
        Case("a short signature", f"{HEADER}.{PAYLOAD}.{encode(b'x' * 31)}", words="does not fit"),
        Case("a long signature", f"{HEADER}.{PAYLOAD}.{encode(b'x' * 33)}", words="does not fit"),
        Case("alg none", sections(none, "{}"), fooled=True, words='"none"'),
        Case("alg nOnE", sections('{"alg":"nOnE"}', "{}"), fooled=True, words='"nOnE"'),
        Case("alg none, signed", sections(none, "{}", "AAAA"), fooled=True, words='"none"'),
        Case("alg none in two sections", sections(none, "{}")[:-1], form=False, words="has 2"),
        Case("alg in small letters", other, words='"hs256"'),
        Case("alg with a blank", signed(header='{"alg":"HS256 "}'), words='"HS256 "'),
        Case("no alg", signed(header='{"typ":"JWT"}'), words="no algorithm"),
        Case("alg null", signed(header='{"alg":null}'), words="no algorithm"),
        Case("alg in a list", signed(header='{"alg":["HS256"]}'), words="no algorithm"),
        Case("a long alg", signed(header=f'{{"alg":"{"é" * 30}"}}'), words="éé…"),
        Case("alg of an object", signed(header='{"alg":"constructor"}'), words="constructor"),
        Case("another HMAC", with_384, fooled=True, words='"HS384"'),
        Case("another HMAC with another key", with_384, "x", words='"HS384"'),
        Case("another HMAC is right", with_384, algorithm="HS384", signature=True),
        Case("crit", signed(header='{"alg":"HS256","crit":["exp"],"exp":1}'), words="crit"),
        Case("crit, and empty", signed(header='{"alg":"HS256","crit":[]}'), words="crit"),
        Case("b64 false", signed(header='{"alg":"HS256","b64":false}'), signature=True),
        Case("b64 false and crit", signed(header='{"alg":"HS256","b64":false,"crit":["b64"]}')),
        Case("typ of something else", signed(header='{"alg":"HS256","typ":"x"}'), signature=True),
        Case("key confusion", confused, pem, algorithm="RS256", fooled=True, words='"HS256"'),
        Case("no confusion", confused, public_pem(P256), algorithm="ES256", words='"HS256"'),
    ]


def public_keys() -> list[Case]:
    """PEM and JWK, right and wrong."""
    cases = []
    for algorithm in ASYMMETRIC:
        token, private = made_with(algorithm), private_of(algorithm)
        changed = f"{token.split('.')[0]}.{encode(b'{}')}.{token.split('.')[2]}"
        for name, key in [
            ("public PEM", public_pem(private)),
            ("private PEM", private_pem(private)),
            ("public JWK", jwk_of(private.public_key())),
            ("private JWK", jwk_of(private)),
        ]:
            cases += [Case(f"{algorithm}, {name}", token, key, "text", algorithm, signature=True)]
        cases += [Case(f"{algorithm}, changed", changed, public_pem(private), "text", algorithm)]

    def add(name, algorithm, key, token=None, **expected):
        cases.append(Case(name, token or made_with(algorithm), key, "text", algorithm, **expected))

    public, spki = RSA.public_key(), public_pem(RSA)
    traditional = serialization.PrivateFormat.TraditionalOpenSSL
    pkcs1 = public_pem(RSA, serialization.PublicFormat.PKCS1)
    add("PKCS #1, public", "RS256", pkcs1, signature=True)
    add("PKCS #1, private", "PS256", private_pem(RSA, traditional), signature=True)
    add("SEC 1", "ES256", private_pem(P256, traditional), signature=True)
    add("SEC 1, P-384", "ES384", private_pem(P384, traditional), signature=True)
    add("SEC 1, P-521", "ES512", private_pem(P521, traditional), signature=True)
    add("SEC 1 of another curve", "ES256", private_pem(P384, traditional), words="not a key for")
    add("PKCS #8 of another curve", "ES256", private_pem(P384), words="not a key for ES256")
    add("PEM with space around", "RS256", f"\r\n {spki}\t", signature=True)
    add("PEM with CR LF", "RS256", spki.replace("\n", "\r\n"), signature=True)
    add("PEM in one line", "RS256", spki.replace("\n", ""), signature=True)
    add("PEM with written line breaks", "RS256", spki.replace("\n", r"\n"), words="neither")
    add("PEM without its last line", "RS256", spki[:-26], words="neither PEM nor JWK")
    add("PEM without padding", "RS256", spki.replace("QAB\n", "QA\n"), words="neither")
    add("PEM in base64url", "RS256", spki.replace("MII", "-II"), words="neither PEM nor JWK")
    add("PEM with another label", "RS256", spki.replace("PUBLIC", "SECRET"), words="neither")
    add("PEM with the wrong label", "RS256", spki.replace("PUBLIC", "PRIVATE"), words="not a key")
    add("PEM of nothing", "RS256", spki.replace("MII", "AAA"), words="not a key for RS256")
    add("encrypted, PKCS #8", "RS256", private_pem(RSA, password=b"p"), words="encrypted")
    add("encrypted, PKCS #1", "RS256", private_pem(RSA, traditional, b"p"), words="encrypted")
    openssh = private_pem(ED25519, serialization.PrivateFormat.OpenSSH)
    add("OpenSSH", "EdDSA", openssh, words="neither PEM nor JWK")
    add("a certificate", "ES256", certificate(), words="certificate")
    add("a word", "RS256", "super-secret", words="neither PEM nor JWK")
    add("no key", "RS256", "", words="empty")
    add("blanks for a key", "ES256", " \n", words="empty")
    add("a small RSA key", "RS256", public_pem(SMALL_RSA), words="1024 bits")
    add("a small RSA key as JWK", "RS256", jwk_of(SMALL_RSA.public_key()), words="1024 bits")
    add("RSA where EC is wanted", "ES256", spki, words="not a key for ES256")
    add("EC where RSA is wanted", "RS256", public_pem(P256), words="not a key for RS256")
    add("P-384 where P-256 is wanted", "ES256", public_pem(P384), words="not a key for ES256")
    add("Ed448", "EdDSA", public_pem(ED448), words="not a key for EdDSA")
    add("another RSA key", "RS256", public_pem(rsa.generate_private_key(65537, 2048)), words="fit")
    add("RS256 as PS256", "PS256", spki, made_with("RS256"), fooled=True, words='"RS256"')

    jwk = json.loads(jwk_of(public))
    add("JWK with padding", "RS256", jwk_of(public, n=jwk["n"] + "=="), words="not a key")
    add("JWK with +", "RS256", jwk_of(public, n="+" + jwk["n"][1:]), words="not a key")
    leading = encode(b"\0" + decode_section(jwk["n"]))
    add("JWK with a zero in front", "RS256", jwk_of(public, n=leading), words="not a key")
    add("JWK without n", "RS256", jwk_of(public, n=None), words="not a key for RS256")
    add("JWK with an empty e", "RS256", jwk_of(public, e=""), words="not a key for RS256")
    add("JWK with a number for n", "RS256", jwk_of(public, n=7), words="not a key for RS256")
    add("JWK of another kty", "RS256", jwk_of(public, kty="EC"), words="not a key for RS256")
    add("JWK of another alg", "RS256", jwk_of(public, alg="RS384"), words="another algorithm")
    add("JWK of this alg", "RS256", jwk_of(public, alg="RS256", use="sig"), signature=True)
    add("JWK for encryption", "RS256", jwk_of(public, use="enc"), words="not for signatures")
    add("JWK with use null", "RS256", f'{{"use":null,{jwk_of(public)[1:]}', words="not for")
    add("JWK with a member twice", "RS256", f'{{"n":"AQAB",{jwk_of(public)[1:]}', words="twice")
    add("JWK that is no JSON", "RS256", jwk_of(public)[:-1], words="not JSON")
    add("JWK with more members", "RS256", jwk_of(public, kid="a", x5c=[]), signature=True)
    add("a JWK of a shared key", "RS256", '{"kty":"oct","k":"AAAA"}', words="not a key for RS256")
    add("a JWKS", "RS256", f'{{"keys":[{jwk_of(public)}]}}', words="JWKS")
    add("an empty object as a key", "ES256", "{}", words="not a key for ES256")
    curve = P256.public_key()
    add("JWK of another crv", "ES256", jwk_of(curve, crv="P-384"), words="not a key for ES256")
    add("JWK without y", "ES256", jwk_of(curve, y=None), words="not a key for ES256")
    off = encode(b"\1" * 32)
    add("JWK of a point off the curve", "ES256", jwk_of(curve, x=off), words="not a key")
    add("JWK with a short x", "ES256", jwk_of(curve, x=encode(b"\1" * 31)), words="not a key")
    add("JWK with a y too many", "EdDSA", jwk_of(ED25519.public_key(), y="AAAA"), signature=True)
    add("JWK of X25519", "EdDSA", jwk_of(ED25519.public_key(), crv="X25519"), words="not a key")
    add("JWK with a short Ed25519 key", "EdDSA", jwk_of(ED25519.public_key(), x="AAAA"))

    first, second, third = made_with("ES256").split(".")
    raw = decode_section(third)
    halves = [int.from_bytes(raw[:32]), int.from_bytes(raw[32:])]
    for name, data in {
        "in DER": utils.encode_dss_signature(*halves),
        "too long": raw + b"\0",
        "too short": raw[:-1],
        "of zeros": bytes(64),
        "empty": b"",
        "with halves swapped": raw[32:] + raw[:32],
    }.items():
        token = f"{first}.{second}.{encode(data)}"
        add(f"ES256, a signature {name}", "ES256", public_pem(P256), token, words="does not fit")
    for algorithm in ("RS256", "PS256", "EdDSA"):
        first, second, third = made_with(algorithm).split(".")
        for name, data in {"too long": b"\0" + decode_section(third), "empty": b""}.items():
            token = f"{first}.{second}.{encode(data)}"
            key = public_pem(private_of(algorithm))
            add(f"{algorithm}, a signature {name}", algorithm, key, token, words="does not fit")
    return cases


CASES = [*forms(), *signatures(), *public_keys()]

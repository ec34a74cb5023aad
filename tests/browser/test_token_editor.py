"""The token editor in a real browser, in a page of its own: the kernel is a small stand-in."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from playwright.sync_api import expect

from course import TokenEditor, crafted_tokens
from course.tokens.crafted import KEY
from course.tokens.jws import BadToken, verify
from tests.browser.driver import assert_accessible, needs_browser, set_theme

pytestmark = needs_browser

START_OF_2100 = datetime(2100, 1, 1, tzinfo=UTC)
GOOD = jwt.encode({"sub": "7", "name": "Zoë", "exp": START_OF_2100, "iat": 1735689600}, KEY)

START = {
    "token": "",
    "key": "",
    "key_format": "text",
    "algorithm": "HS256",
    "valid": False,
    "problem": "",
    "fooled": False,
}


@pytest.fixture
def page(show_widget):
    page = show_widget("tokens/editor", **START)
    share(page, token=GOOD, key=KEY.decode())
    return page


def share(page, **state) -> bool:
    """Set what Python and the page share, as Python would, and return the page's verdict."""
    for name, value in state.items():
        page.evaluate("([name, value]) => window.model.set(name, value)", [name, value])
    return settled(page)


def settled(page) -> bool:
    """Wait until the page has made up its mind, and return its verdict."""
    line = page.locator(".verdict")
    expect(line).to_have_attribute("aria-busy", "false")
    return line.get_attribute("data-valid") == "true"


def token_of(page) -> str:
    settled(page)
    return page.evaluate("window.model.state.token")


def strictly_valid(token, key, algorithm="HS256") -> bool:
    try:
        verify(token, key, "text", algorithm)
    except BadToken:
        return False
    return True


def encode(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def test_its_verdicts_are_those_of_the_strict_verifier(page):
    for crafted in crafted_tokens():
        here, there = share(page, token=crafted.token), strictly_valid(crafted.token, KEY.decode())
        assert here == there == (crafted.payload is not None), crafted.name
        if not here:
            assert "Not valid" in page.locator(".verdict").inner_text()


def test_its_files_are_one_module_for_jupyterlab(page):
    page.evaluate(
        """async code => {
            const file = new Blob([code], { type: "text/javascript" });
            const module = await import(URL.createObjectURL(file));
            const el = document.querySelector("#widget");
            el.replaceChildren();
            module.default.render({ model: window.model, el });
        }""",
        str(TokenEditor._esm),
    )
    assert page.get_by_label("Token", exact=True).input_value() == GOOD
    assert settled(page)


def test_a_good_token_is_shown_on_both_sides(page):
    assert page.get_by_label("Token", exact=True).input_value() == GOOD
    assert json.loads(page.get_by_label("payload").input_value())["name"] == "Zoë"
    assert json.loads(page.get_by_label("header").input_value()) == {"alg": "HS256", "typ": "JWT"}
    assert len(page.get_by_label("signature").input_value()) == 64
    coloured = page.locator("pre.colours span")
    assert coloured.all_inner_texts() == GOOD.split(".")
    assert len(set(coloured.evaluate_all("all => all.map(s => getComputedStyle(s).color)"))) == 3
    assert (
        len(
            set(
                coloured.evaluate_all(
                    "all => all.map(s => getComputedStyle(s).textDecorationStyle)"
                )
            )
        )
        == 3
    )


def test_an_edit_of_the_payload_changes_that_section_and_no_other(page):
    page.get_by_label("payload").fill('{"sub": "1",\n "big": 12345678901234567890, "a": 1.0}')
    header, payload, signature = token_of(page).split(".")
    assert [header, signature] == GOOD.split(".")[::2]
    assert payload == encode('{"sub":"1","big":12345678901234567890,"a":1.0}')
    assert "signature: It does not fit" in page.locator(".verdict").inner_text()
    page.get_by_role("button", name="Sign with this key").click()
    expect(page.locator(".verdict")).to_have_attribute("data-valid", "true")
    assert strictly_valid(token_of(page), KEY.decode())


def test_an_edit_of_header_and_signature_changes_the_token(page):
    page.get_by_label("header").fill('{"alg":"HS256"}')
    page.get_by_label("signature").fill("00 ff")
    header, payload, signature = token_of(page).split(".")
    assert (header, payload, signature) == (encode('{"alg":"HS256"}'), GOOD.split(".")[1], "AP8")


@pytest.mark.parametrize(
    "section, typed, words",
    [
        ("payload", '{"sub": "7"', "not JSON"),
        ("payload", '["7"]', "not an object"),
        ("payload", '{"sub": "7", "sub": "1"}', "twice"),
        ("header", "{", "not JSON"),
        ("signature", "0", "pairs"),
    ],
)
def test_half_typed_input_stays_and_is_explained(page, section, typed, words):
    field = page.get_by_label(section)
    field.fill(typed)
    assert field.input_value() == typed
    assert token_of(page) == GOOD
    assert field.get_attribute("aria-invalid") == "true"
    problem = page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert words in problem.inner_text()


HEADER, PAYLOAD, SIGNATURE = GOOD.split(".")


@pytest.mark.parametrize(
    "token, section, words",
    [
        (f"{HEADER}.{PAYLOAD}=.{SIGNATURE}", "payload", "alphabet"),
        (
            f"{HEADER}.abcde.{SIGNATURE}",
            "payload",
            "impossible length",
        ),
        (f"{HEADER}.__79.{SIGNATURE}", "payload", "UTF-8"),
        (f"{encode('alg')}.{PAYLOAD}.{SIGNATURE}", "header", "not JSON"),
        (f"{encode('[]')}.{PAYLOAD}.{SIGNATURE}", "header", "not an object"),
        (f"{HEADER}.{PAYLOAD}.{SIGNATURE}é", "signature", "alphabet"),
        (f"{HEADER}.{PAYLOAD}.{SIGNATURE}.x", None, "this has 4"),
        ("", None, "this has 1"),
        ("🦊", None, "this has 1"),
    ],
)
def test_a_broken_token_stays_and_the_section_at_fault_is_marked(page, token, section, words):
    field = page.get_by_label("Token", exact=True)
    field.fill(token)
    assert not settled(page)
    assert field.input_value() == token == token_of(page)
    assert words in page.locator(".verdict").inner_text()
    if section:
        marked = page.locator("pre.colours .faulty")
        assert section in marked.get_attribute("class")
        assert page.get_by_label(section).get_attribute("aria-invalid") == "true"


def test_each_tamper_button_changes_its_section_and_undo_brings_it_back(page):
    changed = {
        "Flip a bit of the payload": [False, True, False],
        "Swap the signature": [False, False, True],
        "alg: none": [True, False, True],
        "Change sub": [False, True, False],
    }
    for name, sections in changed.items():
        page.get_by_role("button", name=name).click()
        tampered = token_of(page)
        differences = [a != b for a, b in zip(tampered.split("."), GOOD.split("."), strict=True)]
        assert differences == sections, name
        assert not strictly_valid(tampered, KEY.decode())
        assert not settled(page)
        assert page.locator(".changed").inner_text() != ""
        page.get_by_role("button", name="Undo all").click()
        assert token_of(page) == GOOD and settled(page)


def test_it_shows_what_a_verifier_that_trusts_the_header_would_accept(page):
    words = "trusts the header would accept"
    page.get_by_role("button", name="alg: none").click()
    expect(page.locator(".verdict")).to_contain_text(words)
    share(page, token=jwt.encode({"sub": "7"}, KEY * 2, "HS512"), key=KEY.decode() * 2)
    expect(page.locator(".verdict")).to_contain_text(words)
    share(page, token=jwt.encode({"sub": "7"}, KEY * 3, "HS512"))
    expect(page.locator(".verdict")).not_to_contain_text(words)


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_it_signs_what_python_accepts(page, algorithm):
    key = KEY.decode() * 2
    page.get_by_label("Accept only").select_option(algorithm)
    page.get_by_label("Key", exact=True).fill(key)
    page.get_by_role("button", name="Sign with this key").click()
    expect(page.locator(".verdict")).to_have_attribute("data-valid", "true")
    assert jwt.decode(token_of(page), key, algorithms=[algorithm])["sub"] == "7"


@pytest.mark.parametrize(
    "key_format, key, words",
    [
        ("text", "é", "2 bytes are at most 16 bits"),
        ("hex", "00ff" * 8, "16 bytes are at most 128 bits"),
        ("hex", "zz", "not hex"),
        ("base64url", "AP8", "2 bytes"),
        ("base64url", "A", "not base64url"),
        ("text", "x" * 32, "long enough"),
    ],
)
def test_the_strength_of_the_key_is_told(page, key_format, key, words):
    page.get_by_label("Key as").select_option(key_format)
    page.get_by_label("Key", exact=True).fill(key)
    settled(page)
    assert words in page.locator(".strength").inner_text()


PRIVATE_KEYS = {
    "RS256": rsa.generate_private_key(65537, 2048),
    "PS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}


@pytest.mark.parametrize("written_as", ["PEM", "JWK"])
@pytest.mark.parametrize("algorithm", PRIVATE_KEYS)
def test_public_keys_verify(page, algorithm, written_as):
    private = PRIVATE_KEYS[algorithm]
    if written_as == "PEM":
        encoding = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        key = private.public_key().public_bytes(*encoding).decode()
    else:
        key = jwt.get_algorithm_by_name(algorithm).to_jwk(private.public_key())
    token = jwt.encode({"sub": "7"}, private, algorithm)
    changed = token.replace(token.split(".")[1], encode('{"sub":"1"}'))
    assert share(page, algorithm=algorithm, key=key, token=token)
    assert not share(page, token=changed)
    assert strictly_valid(token, key, algorithm) and not strictly_valid(changed, key, algorithm)
    share(page, key="no key at all")
    assert "neither PEM nor JWK" in page.locator(".verdict").inner_text()
    assert page.get_by_role("button", name="Sign with this key").is_disabled()


@pytest.mark.parametrize(
    "claims, words",
    [
        ({"sub": "7"}, "never ends"),
        ({"sub": "7", "exp": 4102444800000}, "milliseconds"),
        ({"sub": 7, "exp": 4102444800}, "sub is not a text"),
        ({"iat": 1000, "exp": 1000 + 31 * 24 * 3600}, "more than 30 days"),
        ({"exp": "soon"}, "exp is not a number"),
    ],
)
def test_it_warns(page, claims, words):
    header = encode('{"alg":"HS256"}')
    share(page, token=f"{header}.{encode(json.dumps(claims))}.")
    assert words in page.locator(".warnings").inner_text()


def test_times_are_shown_with_a_countdown_that_runs(page):
    row = page.locator(".claims tr", has_text="exp")
    assert "2100-01-01 00:00:00 UTC" in row.inner_text()
    assert row.get_by_role("link").get_attribute("href").endswith("rfc7519#section-4.1.4")
    countdown = row.locator(".countdown")
    page.clock.set_fixed_time(START_OF_2100 - timedelta(seconds=100))
    expect(countdown).to_have_text("in 1 minute 40 seconds")
    page.clock.set_fixed_time(START_OF_2100 - timedelta(seconds=99))
    expect(countdown).to_have_text("in 1 minute 39 seconds")
    page.clock.set_fixed_time(START_OF_2100 + timedelta(days=1))
    expect(countdown).to_have_text("1 day 0 hours ago")


def test_a_page_without_webcrypto_shows_the_verdict_of_the_kernel(show_widget):
    page = show_widget("tokens/editor", without="crypto.subtle", **START)
    assert not share(page, token=GOOD, key=KEY.decode(), problem="the kernel says no")
    assert "the kernel says no" in page.locator(".verdict").inner_text()
    assert share(page, problem="", valid=True)
    share(page, token="x.y", valid=False)
    assert "this has 2" in page.locator(".verdict").inner_text()
    share(page, token=jwt.encode({"sub": "7"}, KEY * 2, "HS512"), fooled=True)
    assert "trusts the header would accept" in page.locator(".verdict").inner_text()
    page.get_by_role("button", name="Sign with this key").click()
    assert page.evaluate("window.model.sent") == ["sign"]


def test_what_is_typed_reaches_python(page):
    page.get_by_label("Key", exact=True).fill("another key")
    page.get_by_label("Token", exact=True).press_sequentially("x")
    page.wait_for_function(
        "window.model.saved?.key === 'another key' && window.model.saved.token.endsWith('x')"
    )


KEYSTROKES = """() => {
    const area = document.querySelector(".token-text");
    const plain = document.createElement("div");
    plain.className = "course course-token-editor";
    plain.innerHTML = `<div class="paper"><pre class="colours"></pre><textarea></textarea></div><textarea></textarea>`;
    document.querySelector("main").append(plain);
    const [colours, text, section] = plain.querySelectorAll("pre, textarea");
    text.value = area.value;
    const time = (type) => {
        const start = performance.now();
        type();
        document.body.getBoundingClientRect();
        return performance.now() - start;
    };
    const inEditor = [], inPlainFields = [];
    for (let i = 0; i < 15; i += 1) {
        inEditor.push(time(() => {
            area.setRangeText("A", 5000, 5000);
            area.dispatchEvent(new Event("input", { bubbles: true }));
        }));
        inPlainFields.push(time(() => {
            text.setRangeText("A", 5000, 5000);
            colours.textContent = text.value;
            section.value = text.value.slice(i);
        }));
    }
    return [Math.min(...inEditor), Math.min(...inPlainFields)];
}"""


def test_a_keystroke_in_a_token_of_16_kib_costs_little_more_than_in_plain_fields(page):
    big = jwt.encode({"sub": "7", "text": "x" * 12500}, KEY)
    assert len(big) > 16 * 1024 and share(page, token=big)
    in_editor, in_plain_fields = page.evaluate(KEYSTROKES)
    assert in_editor < 4 * in_plain_fields


@pytest.mark.parametrize("width", [1200, 420])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("token", [GOOD, f"{HEADER}.abcde.é"], ids=["good", "broken"])
def test_axe_finds_nothing(page, width, theme, token):
    page.set_viewport_size({"width": width, "height": 900})
    set_theme(page, theme)
    share(page, token=token)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_control_is_reached_with_the_tab_key(page):
    controls = page.locator("#widget :is(textarea, select, button, a)").filter(visible=True)
    wanted = controls.count()
    page.get_by_label("Token", exact=True).focus()
    reached = set()
    for _ in range(wanted + 2):
        reached.add(
            page.evaluate("document.activeElement.id || document.activeElement.textContent")
        )
        page.keyboard.press("Tab")
    assert set(controls.evaluate_all("all => all.map(c => c.id || c.textContent)")) <= reached

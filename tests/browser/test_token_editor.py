"""The token editor in a real browser, in a page of its own: the kernel is a small stand-in."""

import base64
import json
import re
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from playwright.sync_api import expect

from course import TokenEditor, crafted_tokens
from course.tokens.crafted import KEY
from course.tokens.jws import BadToken, verify
from tests.browser.driver import assert_accessible, needs_browser, set_theme
from tests.browser.editor_page import (
    GOOD,
    START,
    START_OF_2100,
    open_editor,
    settled,
    share,
    token_of,
)
from tests.course.tokens.cases import ASYMMETRIC, jwk_of, private_of, private_pem, public_pem

pytestmark = needs_browser


@pytest.fixture
def page(show_widget):
    return open_editor(show_widget)


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


def press_sign(page) -> None:
    page.get_by_role("button", name="Sign with this key").click()
    expect(page.locator(".changed")).to_contain_text("Signed")


TRADITIONAL = serialization.PrivateFormat.TraditionalOpenSSL


def test_it_signs_with_private_keys_and_verifies_with_their_public_halves(page):
    button = page.get_by_role("button", name="Sign with this key")
    for algorithm in ASYMMETRIC:
        private = private_of(algorithm)
        forms = [private_pem(private), jwk_of(private)]
        if algorithm != "EdDSA":
            forms.append(private_pem(private, TRADITIONAL))
        for key in forms:
            share(page, token=GOOD, algorithm=algorithm, key=key)
            assert "private key" in page.locator(".strength").inner_text()
            press_sign(page)
            assert settled(page), algorithm
            assert strictly_valid(token_of(page), public_pem(private), algorithm)
        assert share(page, key=public_pem(private))
        expect(button).to_be_disabled()
        expect(button).to_have_accessible_description(re.compile("needs the private key"))
        signed = token_of(page)
        button.click(force=True)
        assert token_of(page) == signed


@pytest.mark.parametrize(
    "key, repair, becomes",
    [
        (public_pem(private_of("ES256")).replace("\n", r"\n"), "Turn", public_pem(private_of("ES256"))),
        (f'{{"keys":[{{"kid":"a"}},{jwk_of(private_of("ES256").public_key(), kid="b")}]}}', '"b"', None),
    ],
)  # fmt: skip
def test_it_offers_to_repair_a_key(page, key, repair, becomes):
    token = jwt.encode({"sub": "7"}, private_of("ES256"), "ES256", headers={"kid": "b"})
    assert not share(page, token=token, algorithm="ES256", key=key)
    button = page.get_by_role("button", name=repair)
    button.click()
    assert settled(page)
    if becomes:
        assert page.get_by_label("Key", exact=True).input_value().strip() == becomes.strip()
    expect(page.get_by_label("Key", exact=True)).to_be_focused()
    expect(button).to_be_hidden()


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


WIDTHS = [1280, 1000, 700, 600]
PLACES = """() => [...document.querySelectorAll("#widget :is(textarea, button, select)")]
    .filter(one => one.checkVisibility({ visibilityProperty: true }))
    .map(one => { const { x, y } = one.getBoundingClientRect(); return [one.id || one.textContent, x, y + scrollY]; })"""
COME_AND_GO = re.compile("Repair|Remove what|Turn|Key as")  # each in a place of its own


def places(page) -> dict:
    """Where each field and button begins."""
    settled(page)
    found = page.evaluate(PLACES)
    return {
        name: (x, y)
        for name, x, y in found
        if not COME_AND_GO.match(name) and not name.endswith("-format")
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_moves_under_the_mouse(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    before = places(page)
    assert len(before) > 15
    payload = page.get_by_label("payload")
    payload.fill(payload.input_value()[:-1])
    assert places(page) == before, "a broken keystroke"
    for state in [
        {"token": GOOD[:7] + GOOD[8:]},
        {"token": f"Bearer {GOOD}"},
        {"token": ""},
        {"token": jwt.encode({"exp": 1}, KEY), "key": ""},
        {"token": jwt.encode({}, KEY * 2, "HS512"), "key": KEY.decode() * 2},
        {"token": f"{encode(json.dumps({'alg': 'x' * 500}))}.e30."},
        {"algorithm": "ES256"},
        {"algorithm": "RS256", "key": r"-----BEGIN PUBLIC KEY-----\n"},
    ]:
        share(page, **state)
        assert places(page) == before, state
    for name in ("alg: none", "Swap the signature", "Undo", "Undo all", "Copy as TokenEditor"):
        page.get_by_role("button", name=name).first.click()
        assert places(page) == before, name


def row(page, name) -> tuple[str, str]:
    """What one of the three verdicts is, and its sentence."""
    settled(page)
    line = page.locator(f'.verdict [data-of="{name}"]')
    return line.get_attribute("data-good"), line.locator(".sentence").inner_text()


@pytest.mark.parametrize(
    "claims, good, words",
    [
        ({"exp": -100}, "false", "expired"),
        ({"nbf": 100}, "false", "not valid yet"),
        ({"iat": 100}, "false", "future"),
        ({"exp": 100, "nbf": -100, "iat": -100}, "true", "expires in"),
        ({}, "true", "never expires"),
    ],
)
def test_time_is_a_verdict_of_its_own(page, claims, good, words):
    page.clock.set_fixed_time(START_OF_2100)
    now = START_OF_2100.timestamp()
    token = jwt.encode({name: now + seconds for name, seconds in claims.items()}, KEY)
    assert share(page, token=token) == (good == "true")
    assert [row(page, name)[0] for name in ("form", "signature")] == ["true", "true"]
    assert row(page, "time")[0] == good and words in row(page, "time")[1]


def test_a_token_expires_while_it_is_looked_at(page):
    page.clock.set_fixed_time(START_OF_2100 - timedelta(seconds=1))
    assert settled(page)
    page.clock.set_fixed_time(START_OF_2100)
    expect(page.locator(".verdict")).to_have_attribute("data-valid", "false")
    assert row(page, "signature")[0] == "true"


@pytest.mark.parametrize("name", ["header", "payload", "signature"])
def test_a_side_that_cannot_be_read_takes_the_verdict_away(page, name):
    field = page.get_by_label(name)
    text = field.input_value()
    field.fill(text[:-1])
    expect(page.locator(".verdict")).to_have_attribute("data-valid", "none")
    assert (
        f"The {name} on the right is not what the token holds" in page.locator(".head").inner_text()
    )
    assert {row(page, one)[0] for one in ("form", "signature", "time")} == {"none"}
    assert "repair the text" in page.locator(".why").inner_text()
    page.get_by_label("Key", exact=True).fill("x")
    assert field.input_value() == text[:-1], "a change of the key takes nothing away"
    page.get_by_label("Key", exact=True).fill(KEY.decode())
    field.fill(text)
    assert settled(page) and token_of(page) == GOOD


WRITTEN = '{ "sub" : "7",\r\n "id": 18446744073709551615, "n":[1.50, 1E3, -0] }'


def test_what_a_change_does_not_touch_stays_as_it_was_written(page):
    header = '{"typ" :"JWT", "alg": "HS256"}'
    share(page, token=f"{encode(header)}.{encode(WRITTEN)}.")

    def section(number):
        return base64.urlsafe_b64decode(token_of(page).split(".")[number] + "==").decode()

    page.get_by_role("button", name="Change sub").click()
    assert section(1) == WRITTEN.replace('"7"', '"1"')
    field = page.get_by_label("payload")
    field.fill(field.input_value().replace("1.50", "[2.50]"))
    assert section(1) == WRITTEN.replace('"7"', '"1"').replace("1.50", "[2.50]")
    page.get_by_label("Accept only").select_option("HS512")
    page.get_by_role("button", name="Sign with this key").click()
    expect(page.locator(".changed")).to_contain_text("Signed")
    assert section(0) == header.replace("HS256", "HS512")
    assert "18446744073709551615" in page.locator(".claims, textarea.payload").first.input_value()


def test_steps_are_undone_one_by_one_and_all_at_once(page):
    undo = page.get_by_role("button", name="Undo", exact=True)
    undo.click()
    assert "nothing to undo" in page.locator(".changed").inner_text()
    page.get_by_role("button", name="alg: none").click()
    unsigned = token_of(page)
    page.get_by_label("Key", exact=True).press_sequentially("xyz")
    page.get_by_label("Key as").select_option("hex")
    page.get_by_label("Accept only").select_option("ES256")
    line = page.locator(".difference")
    assert (
        "header: alg changed; signature changed; key changed; algorithm changed"
        in line.inner_text()
    )
    page.get_by_role("button", name="Undo all").click()
    assert settled(page) and token_of(page) == GOOD
    assert page.get_by_label("Key as").input_value() == "text"
    assert "nothing changed" in line.inner_text()
    for _ in range(4):
        undo.click()
    assert page.get_by_label("Key", exact=True).input_value() == KEY.decode()
    assert token_of(page) == unsigned
    undo.click()
    assert settled(page)


def test_what_a_button_did_is_said_until_something_else_happens(page):
    page.get_by_role("button", name="Change sub").click()
    assert page.locator(".changed").inner_text() != ""
    page.get_by_label("Token", exact=True).press_sequentially("x")
    expect(page.locator(".changed")).to_have_text("")


@pytest.mark.parametrize(
    "now, words",
    [
        ({"sub": "8", "name": "Zoë", "exp": 4102444800, "iat": 1735689600}, "payload: sub changed"),
        ({"sub": "7", "exp": 4102444800, "iat": 1735689600, "a": 1}, "a added, name removed"),
        ({f"n{number}": number for number in range(20)}, "and 20 more"),
    ],
)
def test_it_says_which_claims_changed(page, now, words):
    page.get_by_label("payload").fill(json.dumps(now))
    assert words in page.locator(".difference").inner_text()


def test_the_claims_of_a_token_that_cannot_be_read_any_more_stay_and_are_called_old(page):
    page.get_by_label("Token", exact=True).fill(GOOD.replace(PAYLOAD, PAYLOAD[1:]))
    table = page.locator(".claims")
    expect(table).to_contain_text("Old: the last payload that could be read")
    assert table.locator("tbody.old").inner_text().startswith("sub")


def test_ctrl_z_undoes_what_was_typed(page):
    for name in ("Token", "Key"):
        field = page.get_by_label(name, exact=True)
        before = field.input_value()
        field.press("End")
        field.press_sequentially("x")
        assert field.input_value() != before
        field.press("Control+z")
        assert field.input_value() == before
    assert settled(page)


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

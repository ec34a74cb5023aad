"""Where the token editor helps: damaged and pasted texts, what is no token, examples, and copying."""

import ast
import base64
import json

import jwt
import pytest
from playwright.sync_api import expect

from course import TokenEditor
from course.tokens.crafted import KEY
from tests.browser.driver import assert_accessible, needs_browser
from tests.browser.editor_page import GOOD, START, open_editor, settled, share, token_of
from tests.course.tokens.cases import certificate, jwk_of, private_of, private_pem, public_pem

pytestmark = needs_browser

HEADER, PAYLOAD, SIGNATURE = GOOD.split(".")


@pytest.fixture
def page(show_widget):
    return open_editor(show_widget)


def encode(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def test_what_stands_before_a_missing_character_is_shown(page):
    text = '{"alg":"HS256","typ":"JWT"}'
    field = page.get_by_label("header")
    for place in range(2, len(HEADER) - 1):
        share(page, token=f"{HEADER[:place]}{HEADER[place + 1 :]}.{PAYLOAD}.{SIGNATURE}")
        assert field.input_value().startswith(text[: place * 3 // 4])
        assert not settled(page) and field.get_attribute("aria-invalid") == "true"


def test_it_says_from_where_a_section_cannot_be_read_and_marks_it(page):
    share(page, token=f"{HEADER}.{PAYLOAD[:20]}é{PAYLOAD[21:]}.{SIGNATURE}")
    field = page.get_by_label("payload")
    assert field.input_value() == base64.urlsafe_b64decode(PAYLOAD[:20]).decode()
    described = page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert "From about character 21 on" in described.inner_text()
    assert page.locator("pre.colours .faulty").inner_text() == f"é{PAYLOAD[21:]}"


def test_what_can_be_read_of_a_signature_is_shown(page):
    share(page, token=f"{HEADER}.{PAYLOAD}.{SIGNATURE[:-2]}")
    field = page.get_by_label("signature")
    whole = base64.urlsafe_b64decode(SIGNATURE + "=")
    assert field.input_value() == whole[:-2].hex() or field.input_value() == whole[:-1].hex()
    described = page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert "should have 32 bytes" in described.inner_text()


PASTED = [
    f"Bearer {GOOD}",
    f"Authorization: Bearer {GOOD}",
    f"bearer  {GOOD}\r\n",
    f'"{GOOD}",',
    f"'{GOOD}';",
    f"\u00a0{GOOD}\u200b",
    f"\ufeff{GOOD}",
    f"{HEADER}.\n  {PAYLOAD}.\n  {SIGNATURE[:20]}\n{SIGNATURE[20:]}",
    f'  Authorization:   "Bearer {GOOD}" ',
]


def test_what_is_not_part_of_a_pasted_token_can_be_taken_away(page):
    button = page.get_by_text("Remove what is not part of the token")
    for pasted in PASTED:
        assert not share(page, token=pasted)
        assert "more here than the token" in page.locator(".head").inner_text()
        button.click()
        assert settled(page) and token_of(page) == GOOD
        expect(page.get_by_label("Token", exact=True)).to_be_focused()
        expect(button).to_be_hidden()
        page.get_by_role("button", name="Undo", exact=True).click()
        assert token_of(page) == pasted


def test_it_offers_no_clean_up_where_that_makes_no_token(page):
    for token in (GOOD, f"{GOOD}=", f"{HEADER}.{PAYLOAD}", "Bearer x", f"{GOOD}.x"):
        share(page, token=token)
        expect(page.get_by_text("Remove what is not part")).to_be_hidden()


NO_GOOD_TOKENS = [
    (f"{encode(json.dumps({'alg': 'dir', 'enc': 'A128GCM'}))}..a.b.c", "encrypted token (JWE"),
    (certificate(), "certificate"),
    (public_pem(private_of("ES256")), "public key"),
    (private_pem(private_of("ES256")), "private key"),
    (jwk_of(private_of("ES256").public_key()), "a key (JWK)"),
    ('{"keys":[]}', "JWKS"),
    ('{"payload":"","signatures":[]}', "JSON form"),
    ('{"sub":"7"}', "This is JSON"),
    ('{"sub":', "looks like JSON"),
    ("714bfa43e7c312d1b1a7a1cd0a3b9c1f4a5b6c7d", "SHA-1"),
    ("$2b$12$abcdefghijklmnopqrstuv", "hash of a password"),
    ("scrypt:32768:8:1$abc$def", "hash of a password"),
    ("Basic YW5hOng=", "Basic credentials"),
    ("q8Zc7vT2mN4kLw9xYb3R", "opaque token"),
    ("", "nothing here"),
    (jwt.encode({}, None, "none"), "trusts the header"),
]


def test_it_says_what_it_is_that_is_no_good_token(page):
    for text, words in NO_GOOD_TOKENS:
        assert not share(page, token=text)
        assert words in page.locator(".head").inner_text()


def test_examples_are_what_they_say_and_can_be_undone(page):
    menu = page.get_by_label("Examples")
    expected = {
        "good (HS256)": ("true", "true", "true", False),
        "expired": ("true", "true", "false", False),
        "unsigned (alg none)": ("true", "false", "true", True),
        "RS256 with its keys": ("true", "true", "true", False),
        "key confusion": ("true", "false", "true", True),
    }
    names = menu.locator("option").all_inner_texts()
    assert names[1:] == list(expected)
    for name, (form, signature, time, fooled) in expected.items():
        before = token_of(page)
        menu.select_option(name)
        expect(page.locator(".changed")).to_contain_text("An example")
        settled(page)
        rows = [
            page.locator(f'.verdict [data-of="{row}"]') for row in ("form", "signature", "time")
        ]
        assert [row.get_attribute("data-good") for row in rows] == [form, signature, time], name
        assert ("trusts the header" in page.locator(".head").inner_text()) == fooled, name
        assert menu.input_value() == name and token_of(page) != before
    page.get_by_role("button", name="Undo all").click()
    assert settled(page) and token_of(page) == GOOD and menu.input_value() == ""


STAND_IN = "navigator.clipboard.writeText = async text => { window.copied = text }"


def test_each_part_can_be_copied(page):
    page.evaluate(STAND_IN)
    for name in ("token", "header", "payload", "signature", "key"):
        page.get_by_role("button", name=f"Copy {name}").click()
        expect(page.locator(".changed")).to_have_text(f"Copied: {name}.")
        field = page.locator(f"textarea[id$='-{name}']")
        assert page.evaluate("window.copied") == field.input_value() != ""


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"key": KEY.hex(), "key_format": "hex"},
        {"token": 'x"\\\n.é🦊', "key": "a'\u2028b\x00"},
        {"algorithm": "ES256", "key": public_pem(private_of("ES256"))},
    ],
)
def test_the_copied_expression_makes_the_same_editor(page, state):
    page.evaluate(STAND_IN)
    share(page, **state)
    page.get_by_role("button", name="Copy as TokenEditor").click()
    expect(page.locator(".changed")).to_contain_text("Copied")
    call = ast.parse(page.evaluate("window.copied"), mode="eval").body
    assert call.func.id == "TokenEditor"
    arguments = [ast.literal_eval(argument) for argument in call.args]
    named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    editor = TokenEditor(*arguments, **named)
    for name in ("token", "key", "key_format", "algorithm"):
        assert getattr(editor, name) == page.evaluate(f"window.model.get('{name}')")


@pytest.mark.parametrize("name, field", [("Copy payload", "payload"), ("Copy as", "python")])
def test_where_a_page_may_not_copy_the_text_is_selected(show_widget, name, field):
    page = show_widget("tokens/editor", without="navigator.clipboard", **START)
    share(page, token=GOOD)
    page.get_by_role("button", name=name).click()
    expect(page.locator(".changed")).to_contain_text("is selected")
    text = page.locator(f"textarea[id$='-{field}']")
    expect(text).to_be_focused()
    assert page.evaluate("getSelection().toString()") == text.input_value() != ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_colours_hold_where_jupyterlab_has_none(show_widget, scheme):
    page = show_widget("tokens/editor", **START)
    page.emulate_media(color_scheme=scheme)
    page.add_style_tag(content=":root { color-scheme: light dark; background: Canvas }")
    share(page, token=f"{HEADER}.abcde.é")
    assert_accessible(page)
    paper = page.get_by_label("payload").evaluate(
        "field => getComputedStyle(field).backgroundColor"
    )
    assert (sum(map(int, paper[4:-1].split(","))) > 380) == (scheme == "light")


def test_labels_are_not_underlined_as_links_are(page):
    labels = page.locator("label, legend, caption, .legend")
    assert set(labels.evaluate_all("all => all.map(one => getComputedStyle(one).textDecorationLine)")) == {"none"}  # fmt: skip

"""The page's half of the editor and Python's say the same about every token and key of the table."""

import pytest

from course.tokens.base64url import BadToken
from course.tokens.jws import decode_text, fools, read, verify
from tests.browser.driver import needs_browser
from tests.course.tokens.cases import CASES

pytestmark = needs_browser

JUDGE = """async cases => {
    const { read, signatureProblem, fooled } = await import("/course/tokens/editor/jws.js");
    const judge = async ({ token, key, key_format, algorithm }) => {
        const found = read(token);
        const { header, payload } = found.sections;
        return {
            form: found.problem,
            signature: found.problem ? "" : await signatureProblem(found, key, key_format, algorithm),
            fooled: await fooled(found, key, key_format, algorithm),
            header: header.value ? header.text : null,
            payload: payload.value ? payload.text : null,
        };
    };
    return Promise.all(cases.map(judge));
}"""


@pytest.fixture(scope="module")
def verdicts_of_the_page(chromium, files):
    page = chromium.new_page()
    page.goto(files)
    inputs = [
        {name: getattr(case, name) for name in ("token", "key", "key_format", "algorithm")}
        for case in CASES
    ]
    verdicts = page.evaluate(JUDGE, inputs)
    page.close()
    return dict(zip((case.name for case in CASES), verdicts, strict=True))


def refusal(check, *arguments) -> str:
    try:
        check(*arguments)
    except BadToken as error:
        return str(error)
    return ""


def text_of(section: str) -> str | None:
    """The text of a section that Python takes for a JSON object."""
    try:
        read(f"{section}.e30.")
        return decode_text(section)
    except BadToken:
        return None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_page_says_what_python_says(case, verdicts_of_the_page):
    arguments = case.token, case.key, case.key_format, case.algorithm
    form = refusal(read, case.token)
    header, payload = [*case.token.split("."), ""][:2]
    assert verdicts_of_the_page[case.name] == {
        "form": form,
        "signature": "" if form else refusal(verify, *arguments),
        "fooled": fools(*arguments),
        "header": text_of(header),
        "payload": text_of(payload),
    }

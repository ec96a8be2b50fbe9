"""Pages that ask a server at build are made at each request: what Next.js prints, and the patches that follow."""

from collections.abc import Mapping

import pytest

from ci.decide.config.model import Patch
from ci.decide.config.parse import parse
from ci.decide.project import next_config, routes
from ci.decide.project.facts import Project
from ci.decide.tries import Amended, Failure, Stop
from ci.decide.tries.amend import amend
from ci.decide.tries.pages import DYNAMIC, concerned
from ci.messages import message
from tests.unit.plans import app

FILE = "version: 2\n"
SEGMENTS = (
    "src/app/(shop)/[slug]/page.tsx",
    "src/app/(shop)/layout.tsx",
    "src/app/(shop)/news/page.tsx",
    "src/app/api/feed/route.ts",
    "src/app/layout.tsx",
    "src/app/page.tsx",
    "src/app/sitemap.ts",
)


def printed(*pages: str) -> str:
    """As Next.js 15 and later print it."""
    return "".join(
        f'Error occurred prerendering page "{page.partition(": ")[2]}".\nTypeError: fetch failed\n'
        f"Export encountered an error on {page}, exiting the build.\n"
        for page in pages
    )


def failure(output: str, sources: Mapping[str, str] | None = None, host: str = "api.example.com") -> Failure:
    said = message("cause.loopback" if host == "localhost" else "cause.host", host=host, later="")
    shown = "\n".join(f"  | {line}" for line in output.splitlines())
    what = f"the app does not build: {said.what} (exit code 1):\n{shown}"
    return Failure(id=said.id, what=what, fix=said.fix, facts=said.facts, sources=sources or {})


def patches(failed: Failure, text: str = FILE, project: Project | None = None) -> tuple[Patch, ...]:
    step = amend(text, failed, project or app(segments=SEGMENTS))
    assert isinstance(step, Amended), step
    assert "request" in step.text
    return parse(step.text, "x").patches


def file(*names: str) -> str:
    """A pipeline file with what earlier rounds wrote."""
    lines = "".join(f'  - files: "{name}"\n    append: "{DYNAMIC}"\n' for name in names)
    return f"{FILE}patches:\n{lines}"


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("/page: /", "src/app/page.tsx"),
        ("/(shop)/[slug]/page: /hello", "src/app/(shop)/[slug]/page.tsx"),
        ("/api/feed/route: /api/feed", "src/app/api/feed/route.ts"),
        ("/sitemap.xml/route: /sitemap.xml", "src/app/sitemap.ts"),
        ("/_not-found/page: /_not-found", "src/app/layout.tsx"),
    ],
)
@pytest.mark.parametrize("host", ["api.example.com", "localhost"])
def test_a_page_that_asks_a_server_is_made_at_each_request(page: str, name: str, host: str) -> None:
    assert patches(failure(printed(page), host=host)) == (Patch(files=name, append=DYNAMIC),)


def test_pages_that_an_older_nextjs_lists() -> None:
    output = "> Export encountered errors on following paths:\n\t/(shop)/news/page: /news\n\t/page: /\n"
    assert [patch.files for patch in patches(failure(output))] == ["src/app/(shop)/news/page.tsx", "src/app/page.tsx"]


def test_what_a_page_says_of_itself_is_replaced() -> None:
    source = "export const revalidate = 60\nexport const dynamic: string = 'force-static';\n"
    failed = failure(printed("/page: /"), {"src/app/page.tsx": source})
    wanted = Patch(files="src/app/page.tsx", replace="export const dynamic: string = 'force-static'", with_=DYNAMIC)
    assert patches(failed) == (wanted,)


@pytest.mark.parametrize(
    ("done", "page", "layout"),
    [
        ("src/app/(shop)/news/page.tsx", "/(shop)/[slug]/page: /a", "src/app/(shop)/layout.tsx"),
        ("src/app/page.tsx", "/(shop)/[slug]/page: /a", "src/app/layout.tsx"),
        ("src/app/(shop)/news/page.tsx", "/(shop)/news/page: /news", "src/app/(shop)/layout.tsx"),
    ],
)
def test_after_a_page_it_is_the_layout_of_both(done: str, page: str, layout: str) -> None:
    assert [patch.files for patch in patches(failure(printed(page)), file(done))] == [done, layout]


def test_many_pages_at_once_are_changed_by_their_layout() -> None:
    segments = ("app/layout.tsx", *(f"app/{name}/page.tsx" for name in "abcd"))
    output = printed(*(f"/{name}/page: /{name}" for name in "abcd"))
    assert [patch.files for patch in patches(failure(output), project=app(segments=segments))] == ["app/layout.tsx"]


@pytest.mark.parametrize("source", ["'use client'\n", '// Page\n/* of\nthe shop */\n"use client";\n'])
def test_a_page_for_the_browser_cannot_say_it_so_its_layout_does(source: str) -> None:
    failed = failure(printed("/(shop)/news/page: /news"), {"src/app/(shop)/news/page.tsx": source})
    assert [patch.files for patch in patches(failed)] == ["src/app/(shop)/layout.tsx"]


@pytest.mark.parametrize(
    ("output", "text", "sources"),
    [
        ("TypeError: fetch failed", FILE, {}),
        (printed("/other/page: /other"), FILE, {}),
        (printed("/page: /"), file("src/app/page.tsx", "src/app/layout.tsx"), {}),
        (printed("/page: /"), FILE, {"src/app/page.tsx": DYNAMIC, "src/app/layout.tsx": f"{DYNAMIC};"}),
        ("Export encountered an error on /blog: /blog, exiting the build.", FILE, {}),
    ],
)
def test_what_no_patch_changes_is_for_a_person(output: str, text: str, sources: Mapping[str, str]) -> None:
    step = amend(text, failure(output, sources), app(segments=SEGMENTS))
    assert isinstance(step, Stop)
    assert "api.example.com" in step.reason


def test_a_page_that_asks_the_server_of_a_dummy_is_made_at_each_request_too() -> None:
    text = f"{FILE}build:\n  dummies:\n    DATABASE_URL: postgresql://dummy@database-url.invalid:5432/dummy\n"
    failed = failure(printed("/page: /"), host="database-url.invalid")
    assert [patch.files for patch in patches(failed, text)] == ["src/app/page.tsx"]


COLLECTED = "[Error: Failed to collect page data for /[slug]] { type: 'Error' }"
PAGE, SHOP = "src/app/(shop)/[slug]/page.tsx", "src/app/(shop)/layout.tsx"


@pytest.mark.parametrize(
    "head",
    [
        "export async function generateStaticParams() {",
        "export function generateStaticParams({ params }: Props): Promise<{ slug: string }[]> {",
        "export const generateStaticParams = async () => {",
        "export const generateStaticParams = async ({ params }): Promise<{ slug: string }[]> => {",
        "export async function generateStaticParams(): Params[] {",
    ],
)
def test_the_parameters_of_a_page_are_asked_for_at_the_first_request(head: str) -> None:
    source = f"import x from 'x'\n{head}\n  return await all()\n}}\n"
    assert patches(failure(COLLECTED, {PAGE: source})) == (Patch(files=PAGE, replace=head, with_=f"{head} return []"),)


def test_the_parameters_may_be_those_of_a_layout() -> None:
    head = "export async function generateStaticParams() {"
    failed = failure(COLLECTED, {PAGE: "export default function Page() {}", SHOP: head})
    assert [patch.files for patch in patches(failed)] == [SHOP]
    assert concerned(failed, app(segments=SEGMENTS)) == (PAGE, SHOP, "src/app/layout.tsx")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "export async function generateStaticParams() {}\nexport const dynamicParams = false",
        "export function generateStaticParams(): { slug: string }[] {",
        "export { generateStaticParams } from './params'",
    ],
)
def test_parameters_that_no_patch_changes_are_for_a_person(source: str) -> None:
    step = amend(FILE, failure(COLLECTED, {PAGE: source}), app(segments=SEGMENTS))
    assert isinstance(step, Stop)


def test_parameters_that_were_taken_out_are_not_taken_out_again() -> None:
    head = "export async function generateStaticParams() {"
    text = f'{FILE}patches:\n  - files: "{PAGE}"\n    replace: "{head}"\n    with: "{head} return []"\n'
    assert isinstance(amend(text, failure(COLLECTED, {PAGE: head}), app(segments=SEGMENTS)), Stop)


def test_the_files_whose_text_a_rule_needs() -> None:
    found = concerned(failure(printed("/(shop)/news/page: /news")), app(segments=SEGMENTS))
    assert found == ("src/app/(shop)/news/page.tsx", "src/app/(shop)/layout.tsx", "src/app/layout.tsx")
    assert concerned(failure("no page"), app(segments=SEGMENTS)) == ()


def test_the_files_that_may_say_it() -> None:
    paths = [
        *("web/app/page.tsx", "web/app/a/route.js", "web/app/layout.jsx", "web/app/robots.ts", "web/app/a/button.tsx"),
        *("web/app/page.mdx", "web/pages/index.tsx", "other/app/page.tsx"),
    ]
    found = ("web/app/a/route.js", "web/app/layout.jsx", "web/app/page.tsx", "web/app/robots.ts")
    assert routes.segments(paths, "web") == found


@pytest.mark.parametrize("text", ["const c = { cacheComponents: true }", "experimental: { 'dynamicIO': true }"])
def test_with_cache_components_no_file_may_say_it(text: str) -> None:
    assert next_config.read({"next.config.ts": text}, ".").cache_components
    assert not next_config.read({"next.config.ts": f"// {text}\nexport default {{}}"}, ".").cache_components


def test_the_rule_needs_no_patch_of_others() -> None:
    others = f'{FILE}patches:\n  - files: a.js\n    replace: "b"\n    with: "c"\n'
    assert [patch.files for patch in patches(failure(printed("/page: /")), others)] == ["a.js", "src/app/page.tsx"]

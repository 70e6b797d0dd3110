import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from browser import MISSING, launched, opened  # noqa: E402

from dlcourse.widgets import WIDGETS  # noqa: E402


@pytest.fixture(scope="session", params=WIDGETS, ids=lambda make: make.__name__)
def widget(request):
    """Each widget as it opens, made once: some train models before they show."""
    return request.param()


@pytest.fixture(scope="session")
def html(widget):
    return widget.to_html()


@pytest.fixture(scope="module")  # not session: while Playwright is open, asyncio.run fails in every other test of the process
def chromium():
    with launched() as browser:
        if browser is None:
            pytest.skip(MISSING)
        yield browser


@pytest.fixture
def show(chromium):
    """show(html, width=900, dark=False) -> page; every context is closed after the test."""
    pages = []

    def open_page(html, **options):
        pages.append(opened(chromium, html, **options))
        return pages[-1]

    yield open_page
    for page in pages:
        page.context.close()

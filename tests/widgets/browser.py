"""Chromium for the tests: found on the PATH or where Playwright keeps its own; one browser a test file, a fresh context a test."""

import os
from contextlib import contextmanager

from dlcourse.cli.doctor import chromium

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--force-color-profile=srgb",
)
MISSING = "No Chromium here, so no page was tried. On Debian: apt-get install chromium; elsewhere: playwright install chromium."


@contextmanager
def launched():
    """A headless Chromium with a fresh profile and no network of its own, or None where there is none."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    if path is None:
        yield None
        return
    with sync_playwright() as playwright:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *(["--no-sandbox"] if root else [])])
        yield browser
        browser.close()


def opened(browser, html, *, width=900, height=700, dark=False, **options):
    """A page in a fresh context that shows this HTML. `page.problems` lists console errors and requests to anywhere else."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", offline=True, **options
    )
    page = context.new_page()
    page.problems = watch(page)
    page.set_content(html)
    settle(page)
    return page


def watch(page, allowed=("about:", "blob:", "data:")):
    """A list that fills with what a quiet page never does: errors, warnings, requests to places that are not allowed."""
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(allowed) else problems.append(f"asked for {request.url}"))
    return problems


def settle(page, root=".dl-widget"):
    """Wait until what is drawn is what was asked for."""
    page.wait_for_selector(f"{root}[data-settled=true]", state="attached", timeout=20_000)

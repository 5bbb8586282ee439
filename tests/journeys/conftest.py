"""A real browser on a real server: a phone, a desk, the cast logged in, and guards that watch every page.

::

    @pytest.mark.journey
    def test_story(phone: Page, login_as: LoginAs, axe: Axe, shot: Shot) -> None:
        login_as(phone, "teacher")
        phone.goto("/")
        axe(phone)
        shot(phone, "teacher-home")

The guard fails a test on any request to another host, any error on the console (a refused script or style
counts), and any failed script. ``allow_errors`` lifts the console part for tests of error pages.
Pictures go to ``shots/``. ``page.wait_for_function`` needs ``eval`` and is refused by the pages' policy: wait
with ``expect``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright
from tests.cast import World
from tests.journeys.stage import Stage, Visit, fits, make_stage
from tools.browser import system_browser

from anyuan.foundation.kernel import clock
from anyuan.foundation.ui.nav import frame

LoginAs = Callable[[Page, str], Page]
Axe = Callable[[Page], None]
Shot = Callable[[Page, str], Path]

ROOT = Path(__file__).resolve().parent.parent.parent
SHOTS = ROOT / "shots"
AXE = Path(__file__).resolve().parent / "vendor" / "axe.min.js"
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT = 10_000  # ms

# Playwright's synchronous interface runs an event loop in this thread; Django would refuse its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@dataclass
class Guard:
    """What went wrong on the pages of one test."""

    home: str
    errors: list[str] = field(default_factory=list)
    tolerant: bool = False

    def watch(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.errors.append(f"script failed: {error}"))
        page.on("console", self._console)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.home:
            self.errors.append(f"request to another host: {request.url}")

    def _console(self, message: Any) -> None:
        refused = message.type == "error" and not (self.tolerant and "Failed to load" in message.text)
        if refused or "Content Security Policy" in message.text:
            self.errors.append(f"console: {message.text}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=system_browser(), args=arguments)
        yield started
        started.close()


@pytest.fixture
def guard(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guard]:
    """Checks at the end that no page did what it may not."""
    monkeypatch.setattr(frame, "live_url", "")  # the stream is served by another door than this server
    watcher = Guard(live_server.url)
    yield watcher
    assert watcher.errors == []


@pytest.fixture
def allow_errors(guard: Guard) -> None:
    """For tests that provoke 4xx and 5xx answers: the console may report them."""
    guard.tolerant = True


def _context(browser: Browser, guard: Guard, options: dict[str, Any]) -> BrowserContext:
    context = browser.new_context(
        base_url=guard.home, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **options
    )
    context.set_default_timeout(TIMEOUT)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.on("page", guard.watch)
    return context


@pytest.fixture
def phone(browser: Browser, guard: Guard) -> Iterator[Page]:
    """A page on a phone of 360 × 740 with touch."""
    context = _context(browser, guard, PHONE)
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser: Browser, guard: Guard) -> Iterator[Page]:
    """A page on a desk of 1440 × 900."""
    context = _context(browser, guard, DESK)
    yield context.new_page()
    context.close()


@pytest.fixture
def login_as(world: World, guard: Guard) -> LoginAs:
    """``login_as(page, "teacher")``: the page's browser gets a session of that person of the cast."""

    def log_in(page: Page, person: str) -> Page:
        client: Client = world.client(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": guard.home, "httpOnly": True}]
        )
        return page

    return log_in


@pytest.fixture
def axe() -> Axe:
    """``axe(page)`` fails on findings that axe-core calls serious or critical."""

    def check(page: Page) -> None:
        # Through the debugger, so the page's own policy stays as it is.
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        bad = [
            f"{v['id']}: {v['help']} — {node['html'][:160]} — {node.get('failureSummary', '')[:200]}"
            for v in found["violations"]
            if v["impact"] in {"serious", "critical"}
            for node in v["nodes"]
        ]
        assert bad == [], f"{page.url}\n" + "\n".join(bad)

    return check


@pytest.fixture
def shot() -> Shot:
    """``shot(page, "name")`` saves the whole page as ``shots/name.png`` and gives the path."""

    def take(page: Page, name: str) -> Path:
        SHOTS.mkdir(exist_ok=True)
        path = SHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take


@pytest.fixture
def visit(axe: Axe) -> Visit:
    """``visit(page, "/address/")`` opens it (``""``: stay) and looks: no serious finding, not too wide."""

    def open_and_look(page: Page, address: str) -> None:
        if address:
            answer = page.goto(address)
            assert answer is not None
            assert answer.ok, f"{address}: {answer.status}"
        page.wait_for_load_state("networkidle")
        fits(page)
        axe(page)

    return open_and_look


@pytest.fixture
def stage(world: World, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The cast on a Wednesday in term; see :mod:`tests.journeys.stage`."""
    settings.HOME = tmp_path
    made = make_stage(world, tmp_path)
    monkeypatch.setattr(clock, "now", made.watch)  # in every thread, where ``clock.at`` reaches only one
    return made

"""Find the Chromium the journeys run in; fetch one where that is possible; else say so and fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def system_browser() -> str | None:
    """The path of an installed Chromium, or what ``ANYUAN_BROWSER`` names."""
    return os.environ.get("ANYUAN_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)


def playwright_browser() -> bool:
    """Whether Playwright has fetched a Chromium of its own for this user."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return os.path.exists(playwright.chromium.executable_path)  # noqa: PTH110


def fetch() -> None:
    """As root on Debian or Ubuntu by apt; otherwise Playwright's own build into the user's cache."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser journeys ...", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        words = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        subprocess.run(words, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    if not system_browser():
        print("Fetching a Chromium of Playwright's own ...", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """0 when there is a browser."""
    if system_browser() or playwright_browser():
        return 0
    fetch()
    if system_browser() or playwright_browser():
        return 0
    print(
        "\nNO BROWSER. The journey tests need Chromium and none could be fetched.\n"
        "Install one (Debian, Ubuntu: apt-get install chromium) or name one with ANYUAN_BROWSER.\n",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())

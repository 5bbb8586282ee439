"""What the frame of every page shows, filled at start-up by those who know: ``ui`` imports nothing above it.

``site`` registers entries, the counter of unread notices and the address of the live stream.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from anyuan.foundation.kernel.public import Actor

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the navigation, shown when the actor holds one of ``verbs`` somewhere (none: always).

    ``phone`` entries (at most five) make the bar at the bottom of a phone. ``match`` is the start of the
    addresses that count as "here"; by default the entry's own address.
    """

    label: Words
    url_name: str
    icon: str
    verbs: tuple[str, ...] = ()
    group: Words = ""
    phone: bool = False
    match: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    def shown_to(self, actor: Actor) -> bool:
        return not self.verbs or any(actor.may_somewhere(verb) for verb in self.verbs)

    def is_here(self, path: str) -> bool:
        start = self.match or self.url
        return path == start or (start != "/" and path.startswith(start))


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of the person's own menu; ``post`` sends a form (log out) instead of following a link."""

    label: Words
    url_name: str
    icon: str
    post: bool = False

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as the template gets it."""

    entry: Entry
    url: str
    here: bool


class Frame:
    """The registry; one per process."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self.user_menu: list[MenuItem] = []
        self._counter: Callable[[Actor], int] | None = None
        self._unit_name: Callable[[Actor], str] | None = None
        self.live_url = ""
        self.notices_url_name = ""

    def register(self, *entries: Entry) -> None:
        """Add entries in the order they shall appear; the same entry twice counts once."""
        self._entries += [e for e in entries if e not in self._entries]

    def add_to_menu(self, *items: MenuItem) -> None:
        """Add lines to the menu under the person's name."""
        self.user_menu += [i for i in items if i not in self.user_menu]

    def count_unread_by(self, counter: Callable[[Actor], int]) -> None:
        """``counter`` gives the number of an actor's unread notices; asked once per page."""
        self._counter = counter

    def name_unit_by(self, namer: Callable[[Actor], str]) -> None:
        """``namer`` gives the name of the actor's own unit, shown in the header."""
        self._unit_name = namer

    def live(self, url: str, notices_url_name: str) -> None:
        """The stream of live notices and the page that lists them."""
        self.live_url, self.notices_url_name = url, notices_url_name

    def entries_for(self, actor: Actor, path: str) -> list[Shown]:
        return [Shown(e, e.url, e.is_here(path)) for e in self._entries if e.shown_to(actor)]

    def unread(self, actor: Actor) -> int:
        return self._counter(actor) if self._counter and actor.person_id else 0

    def unit_name(self, actor: Actor) -> str:
        return self._unit_name(actor) if self._unit_name and actor.person_id else ""


frame = Frame()

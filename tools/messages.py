"""Keeps every room's sentences in Chinese: extract, compile, check. Needs no gettext programs.

``python tools/messages.py``            update each room's ``locale/zh_Hans/LC_MESSAGES/django.po``
``python tools/messages.py hazard``     the same for the rooms named
``python tools/messages.py prune``      also drop sentences that no longer occur
``python tools/messages.py compile``    write the ``.mo`` files (the program reads these)
``python tools/messages.py check``      fail on missing, fuzzy, obsolete or contradicting sentences

The three words may stand with or without dashes before them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "anyuan"
LOCALE = "zh_Hans"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
Key = tuple[str | tuple[str, ...], str | None]


def rooms() -> list[Path]:
    """Every room, and ``site``."""
    return [*sorted(p.parent for p in SOURCE.glob("*/*/__init__.py")), SOURCE / "site"]


def name_of(room: Path) -> str:
    return room.relative_to(SOURCE).as_posix()


def po_path(room: Path) -> Path:
    return room / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def extracted(room: Path) -> Catalog:
    """The sentences that occur in a room's Python files and templates."""
    catalog = Catalog(locale=LOCALE, domain="django", charset="utf-8")
    for path in sorted(room.rglob("*.py")):
        if "migrations" not in path.parts:
            _add(catalog, path, path.read_text())
    for path in sorted((room / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            _add(catalog, path, _templatized(path))
    return catalog


def _templatized(path: Path) -> str:
    """A template as Python that calls gettext; indentation goes, since it means nothing there."""
    from django.utils.translation.template import templatize

    text = templatize(path.read_text(), origin=str(path))
    return "\n".join(line.lstrip() for line in text.splitlines())


def _add(catalog: Catalog, path: Path, text: str) -> None:
    found = extract("python", BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=["Translators:"])
    for _line, message, comments, context in found:
        catalog.add(
            message,
            locations=[(path.relative_to(ROOT).as_posix(), None)],  # type: ignore[list-item]
            auto_comments=comments,
            context=context,
        )


def current(room: Path) -> Catalog | None:
    """The room's catalogue as it stands, or None."""
    path = po_path(room)
    return read_po(StringIO(path.read_text()), locale=LOCALE, domain="django") if path.exists() else None


def update(room: Path, *, prune: bool) -> None:
    """Write the room's catalogue: new sentences empty, those that went kept apart (or dropped)."""
    template = extracted(room)
    old = current(room)
    if not len(template) and old is None:
        return
    catalog = old if old is not None else Catalog(locale=LOCALE, domain="django", charset="utf-8")
    catalog.header_comment = f"# Chinese of {name_of(room)}."
    catalog.update(template, no_fuzzy_matching=True)
    if prune:
        catalog.obsolete.clear()
    buffer = BytesIO()
    write_po(buffer, catalog, sort_output=True, include_lineno=False, omit_header=True, width=100)
    head = (
        f"# Chinese of {name_of(room)}.\n"
        'msgid ""\n'
        'msgstr ""\n'
        '"Language: zh_Hans\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    path = po_path(room)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + buffer.getvalue().decode())
    empty = sum(1 for message in catalog if message.id and not _translated(message))
    print(
        f"{name_of(room)}: {len(catalog)} sentences, {empty} to translate, {len(catalog.obsolete)} obsolete"
    )


def compile_all() -> None:
    """Write each room's ``.mo`` beside its ``.po`` when the ``.po`` is newer."""
    for room in rooms():
        path = po_path(room)
        target = path.with_suffix(".mo")
        if not path.exists() or (target.exists() and target.stat().st_mtime >= path.stat().st_mtime):
            continue
        catalog = current(room)
        if catalog is not None:
            buffer = BytesIO()
            write_mo(buffer, catalog)
            fresh = target.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(buffer.getvalue())
            fresh.replace(target)  # whole or not at all: several test workers may compile at once


def check() -> list[str]:
    """What is not right, one line each; none when every sentence of every room is in Chinese."""
    problems: list[str] = []
    meanings: dict[Key, tuple[str, str]] = {}
    for room in rooms():
        for key, text in _check_room(room, problems):
            before = meanings.setdefault(key, (text, name_of(room)))
            if before[0] != text:
                problems.append(
                    f"{name_of(room)}: {key[0]!r} is {text!r} here and {before[0]!r} in {before[1]}"
                )
    return problems


def _check_room(room: Path, problems: list[str]) -> Iterator[tuple[Key, str]]:
    name = name_of(room)
    wanted = {_key(m): m for m in extracted(room) if m.id}
    catalog = current(room)
    have = {_key(m): m for m in catalog if m.id} if catalog is not None else {}
    problems += [f"{name}: missing {key[0]!r}" for key in wanted if key not in have]
    problems += [f"{name}: obsolete {key[0]!r}" for key in have if key not in wanted]
    if catalog is not None and catalog.obsolete:
        problems.append(f"{name}: {len(catalog.obsolete)} obsolete sentences (run with --prune)")
    for key, message in have.items():
        if key not in wanted:
            continue
        if not _translated(message):
            problems.append(f"{name}: not translated {key[0]!r}")
        elif message.fuzzy:
            problems.append(f"{name}: fuzzy {key[0]!r}")
        else:
            message.flags |= wanted[key].flags
            problems += [f"{name}: {error} in {key[0]!r}" for error in message.check(catalog)]
            yield key, str(message.string)


def _key(message: Message) -> Key:
    identity = message.id
    return (tuple(identity) if isinstance(identity, list | tuple) else identity, message.context)


def _translated(message: Message) -> bool:
    words = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return all(words) and bool(words)


def main(arguments: list[str]) -> int:
    words = [argument.lstrip("-") for argument in arguments]
    commands = {"check", "compile", "prune"} & set(words)
    if "check" in commands:
        problems = check()
        print("\n".join(problems) or "every sentence of every room is in Chinese")
        return 1 if problems else 0
    if "compile" not in commands:
        names = set(words) - commands
        for room in rooms():
            if not names or room.name in names:
                update(room, prune="prune" in commands)
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

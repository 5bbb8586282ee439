"""The tool that keeps the sentences: it finds them, and it notices what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
a = _("Plain")
b = _("With %(name)s") % {"name": a}
c = ngettext("%(n)d row", "%(n)d rows", 2)
d = pgettext("risk", "High")
"""
TEMPLATE = """
<c-card title="{% translate 'In an attribute' %}">
    {% blocktranslate with n=count trimmed %}
        {{ n }} on
        two lines
    {% endblocktranslate %}
  'an apostrophe outside, unbalanced
</c-card>
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house of one room, with its catalogue complete."""
    room = tmp_path / "src/anyuan/wing/room"
    (room / "templates").mkdir(parents=True)
    (room / "__init__.py").touch()
    (room / "words.py").write_text(PYTHON)
    (room / "templates/page.html").write_text(TEMPLATE)
    (tmp_path / "src/anyuan/site").mkdir()
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "SOURCE", tmp_path / "src/anyuan")
    messages.update(room, prune=False)
    path = messages.po_path(room)
    text = path.read_text()
    for english, chinese in {
        "Plain": "平",
        "With %(name)s": "与%(name)s",
        "High": "高",
        "In an attribute": "属性",
        "%(n)s on two lines": "%(n)s 两行",
    }.items():
        assert f'msgid "{english}"\n' in text
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"')
    path.write_text(text.replace('msgstr[0] ""', 'msgstr[0] "%(n)d 行"'))
    return room


def test_a_complete_house_is_right(house: Path) -> None:
    assert messages.check() == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('msgstr "平"', 'msgstr ""', "not translated 'Plain'"),
        ('msgid "Plain"', '#, fuzzy\nmsgid "Plain"', "fuzzy 'Plain'"),
        ('msgid "Plain"', 'msgid "Gone"', "obsolete 'Gone'"),
        ('msgid "Plain"', 'msgid "Gone"', "missing 'Plain'"),
        ("与%(name)s", "与%(nama)s", "With %(name)s"),
    ],
)
def test_what_is_wrong_is_named(house: Path, old: str, new: str, says: str) -> None:
    path = messages.po_path(house)
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert any(says in problem for problem in messages.check())


def test_the_same_sentence_means_the_same_in_every_room(house: Path) -> None:
    other = house.parent / "zroom"
    other.mkdir()
    (other / "__init__.py").write_text('a = _("Plain")\n')
    messages.update(other, prune=False)
    path = messages.po_path(other)
    path.write_text(path.read_text().replace('"Plain"\nmsgstr ""', '"Plain"\nmsgstr "平原"'))
    assert messages.check() == ["wing/zroom: 'Plain' is '平原' here and '平' in wing/room"]


def test_an_update_keeps_what_was_translated_and_prunes_on_demand(house: Path) -> None:
    (house / "words.py").write_text('a = _("Plain")\nb = _("New")\n')
    messages.update(house, prune=False)
    assert any("obsolete" in problem for problem in messages.check())
    messages.update(house, prune=True)
    assert messages.check() == ["wing/room: not translated 'New'"]


def test_ui_is_complete() -> None:
    assert [problem for problem in messages.check() if problem.startswith("foundation/ui")] == []

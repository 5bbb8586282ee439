"""Browser libraries lie in the tree as vendored, and templates name only icons that exist."""

from __future__ import annotations

import re

from tools import vendor

SOURCE = vendor.ROOT / "src" / "anyuan"


def test_vendored_files_are_as_the_manifest_says() -> None:
    assert vendor.check() == []


def test_a_changed_file_is_noticed(monkeypatch, tmp_path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(vendor.MANIFEST.read_text().replace('"sha256": "', '"sha256": "0'))
    monkeypatch.setattr(vendor, "MANIFEST", manifest)
    assert any("changed after it was vendored" in problem for problem in vendor.check())


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    there = set(re.findall(r'<symbol id="([^"]+)"', vendor.SPRITE.read_text()))
    pattern = re.compile(r'{% icon "([^"]+)"|<c-(?:card|empty)\b[^>]*?\bicon="([a-z0-9-]+)"')
    for path in SOURCE.rglob("*.html"):
        named = {a or b for a, b in pattern.findall(path.read_text())}
        assert named <= there, f"{path.name}: add to tools/icons.txt and run tools/vendor.py"


def test_no_page_names_a_foreign_host_or_carries_a_script() -> None:
    for path in SOURCE.rglob("*.html"):
        text = path.read_text()
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)", text), path
        assert not re.search(r"\son(?:click|change|load|submit|input)=", text), path

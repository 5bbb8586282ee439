"""Two import-linter contracts of our own: one door per room, and one order inside a room.

A room is a package ``<root>.<wing>.<room>``. Its door is ``public``; other rooms and the site import nothing
else of it. ``site`` is no wing: its modules stand beside each other.
Migrations are left out: they are written once, by a machine, and name what they need.
"""

from __future__ import annotations

from collections.abc import Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ORDER = (
    ("web", "rest", "jobs"),
    ("public",),
    ("actions",),
    ("queries",),
    ("permits",),
    ("models",),
    ("states",),
)
# The verbs in ``permits`` are named by models and tables of moves; who may, in turn, looks at models.
_FREE = ({"permits", "models"}, {"permits", "states"})
_HEIGHT = {name: len(ORDER) - level for level, names in enumerate(ORDER) for name in names}


class _Rooms(Contract):
    """What both contracts share: walking the direct imports and telling of the wrong ones."""

    root = fields.StringField()
    outside = fields.SetField(subfield=fields.StringField(), required=False)

    def wrong(self, importer: list[str], imported: list[str]) -> bool:
        """Whether this import is refused; both names are split and lie under the root."""
        raise NotImplementedError

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        found = sorted(
            (importer, imported, line)
            for importer, imported in self._imports(graph)
            if self.wrong(importer.split("."), imported.split("."))
            for line in [
                min(
                    one["line_number"]
                    for one in graph.get_import_details(importer=importer, imported=imported)
                )
            ]
        )
        return ContractCheck(kept=not found, metadata={"found": found})

    def _imports(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        for importer in graph.modules:
            if ".migrations." in importer:
                continue
            for imported in graph.find_modules_directly_imported_by(importer):
                yield importer, imported

    def room(self, name: list[str]) -> list[str] | None:
        """The first three parts when the module lies in a room."""
        if len(name) < 3 or name[0] != self.root or name[1] in (self.outside or ()):
            return None
        return name[:3]

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported, line in check.metadata["found"]:
            output.print_error(f"- {importer} -> {imported} (l.{line})", bold=False)
        output.new_line()


class OneDoor(_Rooms):
    """A module outside a room imports only the room's ``public``."""

    type_name = "one-door"

    def wrong(self, importer: list[str], imported: list[str]) -> bool:
        room = self.room(imported)
        return room is not None and self.room(importer) != room and imported[3:] != ["public"]


class RoomOrder(_Rooms):
    """Inside a room imports go down the order; ``web``, ``rest`` and ``jobs`` do not import each other."""

    type_name = "room-order"

    def wrong(self, importer: list[str], imported: list[str]) -> bool:
        room = self.room(importer)
        if room is None or self.room(imported) != room or len(importer) < 4 or len(imported) < 4:
            return False
        above, below = importer[3], imported[3]
        if above == below or above not in _HEIGHT or below not in _HEIGHT or {above, below} in _FREE:
            return False
        return _HEIGHT[above] <= _HEIGHT[below]

"""Reading pack files: every problem names the file, the line, the key and what was expected."""

from .marks import PackProblem
from .packs import PackSource, parts_in, read_packs
from .rows import RowEntry, pack_root, row_table

__all__ = ["PackProblem", "PackSource", "RowEntry", "pack_root", "parts_in", "read_packs", "row_table"]

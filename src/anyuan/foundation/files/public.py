"""The files' door."""

from .actions import attach, save_upload, share
from .intake import MAX_BYTES
from .models import Attachment, Capture, Role
from .permits import FILES_ORIGINAL, FILES_VIEW, register_subject
from .queries import attachments_of, attachments_of_many
from .storage import Store, StoreFull, store

__all__ = [
    "FILES_ORIGINAL",
    "FILES_VIEW",
    "MAX_BYTES",
    "Attachment",
    "Capture",
    "Role",
    "Store",
    "StoreFull",
    "attach",
    "attachments_of",
    "attachments_of_many",
    "register_subject",
    "save_upload",
    "share",
    "store",
]

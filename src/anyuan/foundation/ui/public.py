"""The door of ``ui``: pages, forms sent once, the frame around them."""

from .errors import database_problem, problem_response
from .forms import BaseForm, Choices, DayInput, ManyChoices, MomentInput, Words
from .nav import Entry, MenuItem, frame
from .once import once_form
from .pages import open_page, page, render, to_login
from .requests import Request, Upload, actor_of_request, addresses, go, htmx, page_url, toast, uploads
from .templatetags.ui import countdown, day, due_day, icon, status_badge

__all__ = [
    "BaseForm",
    "Choices",
    "DayInput",
    "Entry",
    "ManyChoices",
    "MenuItem",
    "MomentInput",
    "Request",
    "Upload",
    "Words",
    "actor_of_request",
    "addresses",
    "countdown",
    "database_problem",
    "day",
    "due_day",
    "frame",
    "go",
    "htmx",
    "icon",
    "once_form",
    "open_page",
    "page",
    "page_url",
    "problem_response",
    "render",
    "status_badge",
    "to_login",
    "toast",
    "uploads",
]

"""The door of ``ui``: pages, forms sent once, the frame around them."""

from .errors import database_problem, problem_response
from .forms import BaseForm, Choices, DayInput, ManyChoices, MomentInput, Words
from .nav import Entry, MenuItem, frame
from .once import once_form
from .pages import open_page, page, render, to_login
from .requests import Request, Upload, actor_of_request, go, htmx, page_url, toast, uploads

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
    "database_problem",
    "frame",
    "go",
    "htmx",
    "once_form",
    "open_page",
    "page",
    "page_url",
    "problem_response",
    "render",
    "to_login",
    "toast",
    "uploads",
]

"""The room's verb: everybody with an account has a desk."""

DESK_VIEW = "desk.view"

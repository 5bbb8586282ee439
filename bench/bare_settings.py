"""The product's settings without its middleware: what is left is the limit of framework and machine."""

from anyuan.site.settings import *  # noqa: F403 - the same but for two values

MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare"

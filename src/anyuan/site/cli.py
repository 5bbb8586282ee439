"""The command ``anyuan``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from . import archive, compliance, evaluate, init, packs, supervisor
from .doctor import examine
from .embedded import Server, binaries, clean_environment
from .trouble import Trouble, complain, say

Command = Callable[[argparse.Namespace], int]
_TRAIL_COMMANDS = {"verify": "anyuan.site.trail", "status": "anyuan.site.trail_status"}


def main(words: Sequence[str] | None = None) -> None:
    """Run one command; trouble is told in words and ends with code 1."""
    parser = _parser()
    options, further = parser.parse_known_args(words)
    options.words = further
    if options.words and options.command is not _psql:
        parser.error(f"these words are not understood: {' '.join(options.words)}")
    if options.command is not _demo:
        os.environ["ANYUAN_HOME"] = str(home())
    command: Command = options.command
    try:
        code = command(options)
    except Trouble as trouble:
        complain(str(trouble))
        code = 1
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def home(default: str = "var") -> Path:
    """The data folder: ``ANYUAN_HOME``, or ``default`` in the working directory."""
    return Path(os.environ.get("ANYUAN_HOME") or default).resolve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="anyuan",
        description="School safety: duties, checks, hazards and what has been proved done.",
        epilog="ANYUAN_HOME names the data folder (default: var), PORT the port (8000), "
        "DATABASE_URL a PostgreSQL of your own.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text)
        one.set_defaults(command=command)
        return one

    add("serve", _serve, "start the database, the web server and the worker; Ctrl-C stops them")
    add("demo", _demo, "the same with an invented city, in a data folder of its own (var/demo)")
    begin = add("init", _init, "begin a real deployment: divisions, first administrator, units and people")
    init.add_arguments(begin)
    packs.add_arguments(add("packs", _packs, "check the policy packs, their rows and tests, compare two"))
    derive = add("compliance", _compliance, "derive every verdict anew, or prove that they are right")
    compliance.add_arguments(derive)
    look = add("evaluate", _evaluate, "show what the documents come to for one unit on a day")
    evaluate.add_arguments(look)
    add("migrate", _migrate, "bring the database to the state of this version")
    add("psql", _psql, "open the database's own shell; further words are given to psql")
    backup = add("backup", _backup, "write database, files and keys into one archive; may run while serving")
    backup.add_argument("path", type=Path, metavar="PATH")
    restore = add("restore", _restore, "unpack an archive into an empty data folder")
    restore.add_argument("path", type=Path, metavar="PATH")
    journal = add("journal", _journal, "prove that the trail is complete and unchanged, or say how far it is")
    journal.add_argument("what", choices=list(_TRAIL_COMMANDS))
    add("doctor", _doctor, "look at this machine and the data folder and say what is wrong")
    return parser


def _serve(options: argparse.Namespace) -> int:
    if (home() / supervisor.INVENTED).exists():
        raise Trouble(f"{home()} holds the demo's invented city. Use `anyuan demo`, or another ANYUAN_HOME.")
    supervisor.Supervisor(home()).run()
    return 0


def _demo(options: argparse.Namespace) -> int:
    os.environ["ANYUAN_HOME"] = str(home("var/demo"))
    os.environ["ANYUAN_DEMO"] = "1"
    mark = home() / supervisor.INVENTED
    if (home() / "pgdata").exists() and not mark.exists():
        raise Trouble(
            f"{home()} holds data that the demo did not make; the demo lets everybody in and never opens it. "
            "Choose another folder with ANYUAN_HOME."
        )
    supervisor.make_home(home())
    mark.touch()
    # A filled embedded database need not be asked again: that would cost a second of every start.
    known = (home() / "pgdata").exists() and not os.environ.get("DATABASE_URL")
    first = [] if known and mark.read_text() == supervisor.FILLED else ["anyuan.site.demo"]
    supervisor.Supervisor(home(), title="anyuan demo", first=first).run()
    return 0


def _init(options: argparse.Namespace) -> int:
    if (home() / supervisor.INVENTED).exists():
        raise Trouble(f"{home()} holds the demo's invented city. Choose another folder with ANYUAN_HOME.")
    if not options.division and sys.stdin.isatty():
        options.division = input("Code of the province, city or county (two, four or six digits): ").strip()
    if not options.division:
        raise Trouble("Name the division this installation is for: anyuan init --division 3206")
    words = ["--division", options.division, "--admin", options.admin, "--phone", options.phone]
    for name in ("outlines", "units", "people"):
        path: Path | None = getattr(options, name)
        words += [f"--{name}", str(path.resolve())] if path else []
    words += ["--dry-run"] if options.dry_run else []
    with supervisor.using_database(home(), "anyuan init"):
        supervisor.run_module("anyuan.site.prepare")
        return supervisor.run_module("anyuan.site.init", *words, may_fail=True)


def _packs(options: argparse.Namespace) -> int:
    words = [options.what, *options.paths, *(["--missing"] if options.missing else [])]
    if any("@" in word for word in options.paths):
        with supervisor.using_database(home(), "anyuan packs"):
            return supervisor.run_module("anyuan.site.packs", *words, may_fail=True)
    return supervisor.run_module("anyuan.site.packs", *words, may_fail=True)


def _compliance(options: argparse.Namespace) -> int:
    _must_hold_data()
    words = [options.what, *(["--check"] if options.check else [])]
    words += [f"--since={options.since}"] if options.since is not None else []
    with supervisor.using_database(home(), "anyuan compliance"):
        return supervisor.run_module("anyuan.site.compliance", *words, may_fail=True)


def _evaluate(options: argparse.Namespace) -> int:
    _must_hold_data()
    words = ["--unit", options.unit, "--format", options.format]
    words += [f"--as-of={options.as_of}"] if options.as_of is not None else []
    with supervisor.using_database(home(), "anyuan evaluate"):
        return supervisor.run_module("anyuan.site.evaluate", *words, may_fail=True)


def _migrate(options: argparse.Namespace) -> int:
    with supervisor.using_database(home(), "anyuan migrate"):
        supervisor.run_module("anyuan.site.prepare")
    say("The database is up to date.")
    return 0


def _psql(options: argparse.Namespace) -> int:
    _must_hold_data()
    url = os.environ.get("DATABASE_URL")
    target = [url] if url else ["-h", str(Server(home()).socket), "-U", "anyuan", "-d", "anyuan"]
    with supervisor.using_database(home(), "anyuan psql"):
        words = [str(binaries() / "psql"), *target, *options.words]
        environment = {**clean_environment(), "PGOPTIONS": "-c role=anyuan_owner"}
        return subprocess.run(words, check=False, env=environment).returncode


def _backup(options: argparse.Namespace) -> int:
    _must_hold_data()
    with supervisor.using_database(home(), "anyuan backup"):
        made = archive.backup(home(), options.path)
    say(f"Wrote {options.path}: {made.describe()}")
    return 0


def _restore(options: argparse.Namespace) -> int:
    made = archive.restore(home(), options.path)
    say(f"Restored into {home()}: {made.describe()}")
    return 0


def _journal(options: argparse.Namespace) -> int:
    _must_hold_data()
    with supervisor.using_database(home(), f"anyuan journal {options.what}"):
        return supervisor.run_module(_TRAIL_COMMANDS[options.what], may_fail=True)


def _doctor(options: argparse.Namespace) -> int:
    return examine(home())


def _must_hold_data() -> None:
    """Raises :class:`Trouble` where a typing error in ANYUAN_HOME would make an empty database."""
    if not os.environ.get("DATABASE_URL") and not (home() / "pgdata").exists():
        raise Trouble(
            f"There is no Anyuan data in {home()}. Name the right folder with ANYUAN_HOME, or start one "
            "with `anyuan serve`."
        )


if __name__ == "__main__":
    main()

"""The measurements as the page ``docs/performance.md`` shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
AIM = 80.0
"""Milliseconds at the 95th percentile."""


def table(results: dict[str, Any]) -> str:
    """Every case as a row: both sizes beside each other."""
    lines = [
        "| What | Who | Queries | p50, 2,000 hazards | p95 | p50, 200,000 hazards | p95 | Processor "
        "| Requests/s |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for key, small in results["small"].items():
        name, who = key.split("/", 1)
        full = results["full"][key]
        cells = [name, who.replace("-", " "), str(full.get("queries", "")), *_times(small), *_times(full)]
        cells.append(f"{full['busy']:.0f}" if full["rate"] else "–")
        cells.append(f"{full['rate']:.0f}" if full["rate"] else "–")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _times(row: dict[str, Any]) -> list[str]:
    if row["status"] not in (200, 201):
        return [f"status {row['status']}", ""]
    mark = " **!**" if row["p95"] > AIM else ""
    return [f"{row['p50']:.1f}", f"{row['p95']:.1f}{mark}"]


def page(results: dict[str, Any]) -> str:
    """The generated part of the page."""
    bare = results["bare"]
    start = results["start"]
    parts = [
        f"Measured {results['day']} on {results['machine']}; {results['loaded']} at its end.",
        "Times in milliseconds from the client's side of the loopback, one request after another; requests/s "
        "over four connections at once, client and server on the same cores. Processor: milliseconds the web "
        "process worked for one request with 200,000 hazards. **!** marks a miss of the aim.",
        table(results),
        "The limit of framework, server and machine in the same run (no middleware, session or template):",
        "| Bare Django | p50 | p95 | Requests/s |\n|---|--:|--:|--:|\n"
        + "\n".join(f"| {n} | {r['p50']:.1f} | {r['p95']:.1f} | {r['rate']:.0f} |" for n, r in bare.items()),
        "| Process | |\n|---|--:|\n"
        f"| First start of an empty folder, to the first answer | {start['first']:.1f} s |\n"
        f"| Second start | {start['second']:.1f} s |\n"
        f"| Start over the full folder | {start['full']:.1f} s |\n"
        + "\n".join(f"| Memory of the {n} process after the run | {mb:.0f} MB |"
                    for n, mb in sorted(results["memory"].items())),
    ]  # fmt: skip
    if results.get("others"):
        parts.append("Bulk entry and proof of the trail:")
        parts += [f"```\n{text.strip()}\n```" for text in results["others"]]
    return "\n\n".join(parts)


def put(part: str, text: str) -> None:
    """Replace a generated part of the page; what people wrote around it stays."""
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    before, _, rest = PAGE.read_text().partition(begin)
    after = rest.partition(end)[2]
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}")


def write(results: dict[str, Any]) -> None:
    """The pages and the API."""
    put("measured", page(results))

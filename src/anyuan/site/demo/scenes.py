"""Evidence photos for the demo: simple drawn scenes, before and after, marked as invented."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw

SIZE = (960, 720)
INK = (52, 62, 74)
WALL = (233, 229, 219)
FLOOR = (196, 190, 178)
RED = (196, 58, 49)
GREEN = (58, 142, 92)
AMBER = (224, 160, 48)
GREY = (140, 146, 152)

Draw = ImageDraw.ImageDraw
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene by name; ``fixed`` draws what it looks like after the repair."""

    name: str
    paint: Callable[[Draw, random.Random, bool], None]


def photo(name: str, mark: str, *, seed: int) -> bytes:
    """A JPEG of the scene ``name`` (a key of :data:`SCENES`), the same for the same arguments.

    ``mark``: BEFORE shows what is wrong, AFTER what was put right; "" is neither.
    """
    rng = random.Random(f"{name}{seed}")
    image = Image.new("RGB", SIZE, _tint(WALL, rng))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 520, *SIZE), fill=_tint(FLOOR, rng))
    draw.line((0, 520, SIZE[0], 520), fill=INK, width=4)
    SCENES[name].paint(draw, rng, mark != "BEFORE")
    _mark(draw, mark)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _mark(draw: Draw, mark: str) -> None:
    """A band that says the picture is drawn, not taken."""
    draw.rectangle((0, 676, *SIZE), fill=INK)
    text = f"INVENTED DEMO IMAGE  -  {mark}" if mark else "INVENTED DEMO IMAGE"
    draw.text((24, 684), text, fill=(255, 255, 255), font_size=24)


def _tint(colour: tuple[int, int, int], rng: random.Random) -> tuple[int, int, int]:
    shift = rng.randint(-10, 10)
    r, g, b = colour
    return (r + shift, g + shift, b + shift)


def _door(draw: Draw, box: Box, colour: tuple[int, int, int] = (150, 104, 66)) -> None:
    draw.rectangle(box, fill=colour, outline=INK, width=5)
    draw.ellipse((box[2] - 40, 330, box[2] - 22, 348), fill=INK)


def _exit(draw: Draw, rng: random.Random, fixed: bool) -> None:
    left = rng.randint(300, 420)
    _door(draw, (left, 140, left + 240, 520))
    draw.rectangle((left + 60, 70, left + 180, 118), fill=GREEN, outline=INK, width=3)
    if fixed:
        return
    for i in range(5):
        x, y = left - 60 + i * 74, 430 - rng.randint(0, 90)
        draw.rectangle((x, y, x + 96, 560), fill=_tint((186, 142, 92), rng), outline=INK, width=4)


def _extinguisher(draw: Draw, rng: random.Random, fixed: bool) -> None:
    x = rng.randint(340, 520)
    for offset in (0, 110):
        if offset and not fixed:
            draw.rectangle((x + offset, 300, x + offset + 70, 520), outline=GREY, width=4)
            continue
        draw.rounded_rectangle((x + offset, 300, x + offset + 70, 520), 24, fill=RED, outline=INK, width=4)
        draw.rectangle((x + offset + 22, 262, x + offset + 48, 302), fill=INK)
        gauge = GREEN if fixed else AMBER
        draw.ellipse((x + offset + 20, 344, x + offset + 50, 374), fill=gauge, outline=INK, width=3)


def _wires(draw: Draw, rng: random.Random, fixed: bool) -> None:
    draw.rectangle((420, 150, 560, 330), fill=GREY, outline=INK, width=5)
    if fixed:
        draw.rectangle((484, 330, 496, 520), fill=(250, 250, 250), outline=INK, width=3)
        return
    for _ in range(6):
        points = [(490, 330)]
        for _ in range(4):
            points.append((rng.randint(250, 740), points[-1][1] + rng.randint(30, 60)))
        draw.line(points, fill=rng.choice([RED, INK, AMBER]), width=5, joint="curve")


def _window(draw: Draw, rng: random.Random, fixed: bool) -> None:
    left = rng.randint(260, 360)
    draw.rectangle((left, 120, left + 380, 440), fill=(176, 206, 226), outline=INK, width=8)
    draw.line((left + 190, 120, left + 190, 440), fill=INK, width=6)
    if not fixed:
        for x in range(left + 20, left + 380, 34):
            draw.line((x, 110, x, 450), fill=GREY, width=9)


def _crack(draw: Draw, rng: random.Random, fixed: bool) -> None:
    if fixed:
        draw.polygon([(330, 90), (420, 80), (620, 470), (520, 500)], fill=(245, 243, 238), outline=GREY)
        return
    points = [(360, 60)]
    while points[-1][1] < 500:
        points.append((points[-1][0] + rng.randint(-30, 70), points[-1][1] + rng.randint(25, 60)))
    draw.line(points, fill=INK, width=9, joint="curve")
    draw.line([(x + 26, y + 14) for x, y in points[2:6]], fill=INK, width=4)


def _fridge(draw: Draw, rng: random.Random, fixed: bool) -> None:
    draw.rectangle((320, 120, 640, 520), fill=(238, 242, 246), outline=INK, width=6)
    draw.line((320, 280, 640, 280), fill=INK, width=5)
    for i in range(8):
        colour = _tint((120, 170, 110), rng) if fixed or i % 3 else _tint((168, 92, 70), rng)
        x, y = 344 + i % 4 * 72, 170 + i // 4 * 180
        draw.rectangle((x, y, x + 52, y + 66), fill=colour, outline=INK, width=3)
        if fixed:
            draw.rectangle((x + 6, y + 8, x + 46, y + 26), fill=(255, 255, 255))


def _gate(draw: Draw, rng: random.Random, fixed: bool) -> None:
    for x in (180, 740):
        draw.rectangle((x, 170, x + 60, 520), fill=(172, 96, 80), outline=INK, width=5)
    for x in range(250, 740, 40):
        draw.line((x, 240, x, 520), fill=GREY, width=8)
    count = 6 if fixed else 2
    for i in range(count):
        x = 230 + i * 92 + rng.randint(-4, 4)
        draw.rounded_rectangle((x, 560, x + 46, 640), 12, fill=AMBER, outline=INK, width=4)


def _chemicals(draw: Draw, rng: random.Random, fixed: bool) -> None:
    draw.rectangle((280, 100, 680, 520), outline=INK, width=7)
    for row in range(3):
        draw.line((280, 230 + row * 130, 680, 230 + row * 130), fill=INK, width=5)
        for i in range(6):
            x, y = 304 + i * 62, 160 + row * 130
            colour = rng.choice([(122, 94, 60), (90, 130, 170), (180, 190, 120)])
            draw.rounded_rectangle((x, y, x + 40, y + 68), 8, fill=colour, outline=INK, width=3)
    lock = GREEN if fixed else RED
    draw.rectangle((450, 300, 510, 350), fill=lock, outline=INK, width=4)


def _figure(draw: Draw, x: int, y: int, colour: tuple[int, int, int]) -> None:
    draw.ellipse((x, y, x + 26, y + 26), fill=(228, 196, 168), outline=INK, width=3)
    draw.rounded_rectangle((x - 8, y + 26, x + 34, y + 84), 10, fill=colour, outline=INK, width=3)


def _yard(draw: Draw, rng: random.Random, _fixed: bool) -> None:
    """Classes lined up on the playground after a drill."""
    draw.rectangle((60, 120, 900, 360), fill=(210, 176, 148), outline=INK, width=5)
    for x in range(100, 880, 100):
        draw.rectangle((x, 160, x + 56, 230), fill=(176, 206, 226), outline=INK, width=3)
    draw.rectangle((452, 250, 520, 360), fill=(120, 128, 138), outline=INK, width=4)
    for row in range(3):
        colour = _tint(rng.choice([(74, 120, 176), (184, 92, 84), (96, 148, 104)]), rng)
        for i in range(9):
            _figure(draw, 110 + i * 86 + rng.randint(-5, 5), 392 + row * 92, colour)


def _hall(draw: Draw, rng: random.Random, _fixed: bool) -> None:
    """A talk before a screen."""
    draw.rectangle((280, 90, 680, 300), fill=(246, 248, 250), outline=INK, width=6)
    draw.ellipse((440, 130, 520, 210), fill=RED, outline=INK, width=4)
    draw.line((340, 250, 620, 250), fill=GREY, width=8)
    _figure(draw, 740, 230, AMBER)
    for row in range(2):
        for i in range(10):
            _figure(draw, 90 + i * 80 + rng.randint(-4, 4), 410 + row * 110, _tint((88, 112, 140), rng))


SCENES: dict[str, Scene] = {
    scene.name: scene
    for scene in (
        Scene("exit", _exit),
        Scene("extinguisher", _extinguisher),
        Scene("wires", _wires),
        Scene("window", _window),
        Scene("crack", _crack),
        Scene("fridge", _fridge),
        Scene("gate", _gate),
        Scene("chemicals", _chemicals),
        Scene("yard", _yard),
        Scene("hall", _hall),
    )
}

"""How a captcha looks: easy for people, hard for ready-made OCR.

Wavy bands run across the picture, dark and light in turn, and a letter is light
where its band is dark and dark where it is light.  An eye follows the outline
through the flips; an OCR model trained on ink of one polarity does not.  Two
kinder touches keep people on the letters' side: letters are bold, and their
tones reach further towards black and white than those of the bands.

What is missing is missing on purpose.  Rotation, grain, dots, thin lines and
hollow letters hardly slow a model down.  Arcs across the letters, letters run
together and pale decoys behind them slow people down: a decoy under a P makes an R.

The drawing is public, so whoever trains a model on its output, or prepares the
picture with the tones below in mind, will read most of them.  A captcha slows
an attack; it is the limits on sending that end one.
"""

import io
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image, ImageFont

#: Drawn this much larger and shrunk, so that edges come out smooth.
OVERSIZE = 3

#: Thickness added around each stroke, in font sizes.  Bold letters carry the flips.
BOLD = 0.07

#: Clear space beside and between letters, in font sizes.  Touching letters hurt people most.
GAP = 0.05

#: Cap height of Pillow's own font, in font sizes.
CAPS = 0.72

#: How much of the picture's height the letters may fill.
FILL = 0.88

#: Height of one band, in font sizes, by the number of letters.  A short answer gives a
#: model fewer chances to slip, so it needs more flips inside each letter.
BAND = {3: 0.18, 4: 0.2, 5: 0.21, 6: 0.22}

#: Slant of the bands in degrees.  Level bands would swallow the bars of F, L and T whole.
SLANT = (10.0, 35.0)

#: Tones of a dark band and of ink in a light one, 0 black to 255 white.  Each band draws its own.
#: The ranges touch and no more: people need the ink to stand out, and so it does to whoever
#: knows these numbers.
BAND_TONES = (35.0, 110.0)
INK_TONES = (0.0, 35.0)

#: Sixteen greys fit four bits a pixel and look no different.
GREYS = 16


@dataclass(frozen=True, slots=True)
class Letter:
    """One character of the answer and the box its ink fills, in pixels."""

    character: str
    left: float
    top: float
    right: float
    bottom: float


def draw(answer: str, *, width: int, height: int, seed: bytes) -> bytes:
    """A PNG of *answer* that people read and ready-made OCR does not.

    The same answer, size and seed give the same picture.  Were it drawn anew
    each time, fetching it often and averaging would wash the bands out.
    """
    from PIL import Image

    rng = random.Random(seed)  # noqa: S311  # must repeat for a seed; it guards no secret
    size = (width * OVERSIZE, height * OVERSIZE)
    em = font_size(answer, size)
    letters = _lettered(answer, size, em, rng)
    bands, ink = _banded(size, BAND[len(answer)] * em, rng)
    return _png(Image.composite(ink, bands, letters), (width, height))


def font_size(answer: str, size: tuple[int, int]) -> float:
    """The largest font in which *answer* fits a picture of *size*."""
    em = 100.0
    widths = [right - left for left, _, right, _ in _boxes(answer, em)]
    wide = sum(widths) / em + GAP * (len(answer) + 1)
    # Boxes come in whole pixels: keep one a letter back for the rounding.
    return min((size[0] - len(answer)) / wide, size[1] * FILL / (CAPS + 2 * BOLD))


def lay_out(answer: str, size: tuple[int, int], em: float, rng: random.Random) -> Sequence[Letter]:
    """Where each letter goes: in order, apart from each other, inside the picture."""
    boxes = _boxes(answer, em)
    spare = size[0] - sum(right - left for left, _, right, _ in boxes)
    gaps = [rng.uniform(0.6, 1) for _ in range(len(answer) + 1)]
    letters = []
    x = 0.0
    for character, gap, (left, top, right, bottom) in zip(answer, gaps, boxes, strict=False):
        x += spare * gap / sum(gaps)
        y = rng.uniform(0.1, 0.9) * (size[1] - (bottom - top))
        letters.append(Letter(character, x, y, x + right - left, y + bottom - top))
        x += right - left
    return letters


def _font(em: float) -> "ImageFont.FreeTypeFont | ImageFont.ImageFont":
    """Pillow's own font: a Lambda has no others."""
    from PIL import ImageFont

    return ImageFont.load_default(em)


def _boxes(answer: str, em: float) -> Sequence[tuple[float, float, float, float]]:
    """The ink box of each character drawn at the origin."""
    from PIL import Image, ImageDraw

    pen = ImageDraw.Draw(Image.new("L", (1, 1)))
    font = _font(em)
    return [pen.textbbox((0, 0), each, font=font, stroke_width=BOLD * em) for each in answer]


def _banded(
    size: tuple[int, int], band: float, rng: random.Random
) -> "tuple[Image.Image, Image.Image]":
    """The bands, and what ink looks like on each: the same shapes in opposite tones."""
    from PIL import Image, ImageDraw

    width, height = size
    bands, ink = Image.new("L", size), Image.new("L", size)
    pens = ImageDraw.Draw(bands), ImageDraw.Draw(ink)
    slope = rng.choice((-1, 1)) * math.tan(math.radians(rng.uniform(*SLANT)))
    # Measured down the picture a slanted band is taller than it is thick.
    step = band * math.hypot(1, slope)
    swell, wave, phase = 0.4 * band, rng.uniform(1, 1.8) * height, rng.uniform(0, math.tau)
    rise = width * abs(slope) + 2 * (step + swell)
    xs = range(0, width + 2 * OVERSIZE, 2 * OVERSIZE)
    for number in range(math.ceil((height + 2 * rise) / step)):
        top = (number + rng.uniform(-0.15, 0.15)) * step - rise
        bend = phase + number / 2
        edge = [(x, top + slope * x + swell * math.sin(bend + math.tau * x / wave)) for x in xs]
        below = [*edge, (xs[-1], height + rise), (0, height + rise)]
        tones = rng.uniform(*BAND_TONES), 255 - rng.uniform(*INK_TONES)
        for pen, tone in zip(pens, tones, strict=True):
            pen.polygon(below, fill=round(tone if number % 2 else 255 - tone))
    return bands, ink


def _lettered(answer: str, size: tuple[int, int], em: float, rng: random.Random) -> "Image.Image":
    """How much ink lies where: each letter in full, and nothing between them."""
    from PIL import Image, ImageDraw

    letters = Image.new("L", size)
    pen = ImageDraw.Draw(letters)
    font = _font(em)
    boxes = _boxes(answer, em)
    for letter, (left, top, _, _) in zip(lay_out(answer, size, em, rng), boxes, strict=True):
        pen.text(
            (letter.left - left, letter.top - top),
            letter.character,
            font=font,
            stroke_width=BOLD * em,
            fill=255,
        )
    return letters


def _png(picture: "Image.Image", size: tuple[int, int]) -> bytes:
    """The picture at its final size, in sixteen greys and without metadata."""
    from PIL import Image

    last = GREYS - 1
    small = picture.resize(size, Image.Resampling.BOX).point(
        [round(tone * last / 255) for tone in range(256)]
    )
    small.putpalette(bytes(255 * grey // last for grey in range(GREYS) for _ in "RGB"))
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True, bits=4)
    return file.getvalue()

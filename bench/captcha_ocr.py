"""How often ready-made OCR reads our captchas, and how fast they are drawn.

    pip install -r requirements-bench.txt
    python bench/captcha_ocr.py --pictures 300

A picture counts as read when either of ddddocr's two models reads all of it.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chalicelib import images
from chalicelib.domain.captchas import ALPHABET, folded

#: Width, height and characters: LeanCloud's default picture, and the largest usual one.
SIZES = ((85, 30, 4), (200, 80, 6))

MISSING = "no OCR to measure with: pip install -r requirements-bench.txt"

Reader = Callable[[bytes], str]


def readers() -> list[Reader]:
    """Both of ddddocr's models; none when it is not installed."""
    try:
        import ddddocr
        import onnxruntime
    except ImportError:
        return []
    onnxruntime.set_default_logger_severity(3)
    models = [ddddocr.DdddOcr(show_ad=False, beta=beta) for beta in (False, True)]
    return [model.classification for model in models]


def draw_many(width: int, height: int, size: int, pictures: int) -> list[tuple[str, bytes]]:
    """The same answers and pictures on every run."""
    rng = random.Random(f"{width}x{height}/{size}")
    answers = ["".join(rng.choices(ALPHABET, k=size)) for _ in range(pictures)]
    return [
        (answer, images.draw(answer, width=width, height=height, seed=rng.randbytes(16)))
        for answer in answers
    ]


def report(width: int, height: int, size: int, pictures: int, models: list[Reader]) -> str:
    """One line: how many pictures were read, and how many are drawn in a second."""
    started = time.perf_counter()
    drawn = draw_many(width, height, size, pictures)
    speed = pictures / (time.perf_counter() - started)
    words = [f"captcha {width}x{height}, {size} characters:"]
    if models:
        read = sum(any(folded(model(png)) == answer for model in models) for answer, png in drawn)
        words.append(f"read by OCR {read / pictures:.1%} ({read} of {pictures}),")
    words.append(f"{speed:.0f} pictures/s")
    return " ".join(words).replace("%", " %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=300, help="of each size (default 300)")
    options = parser.parse_args()

    models = readers()
    if not models:
        print(MISSING)
    for size in SIZES:
        print(report(*size, options.pictures, models), flush=True)


if __name__ == "__main__":
    main()

"""What a captcha picture promises whoever fetches it."""

import io
import random
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from PIL import Image

from chalicelib import images
from chalicelib.domain.captchas import ALPHABET

SIZES = [(60, 30), (60, 100), (85, 30), (200, 30), (200, 80), (200, 100)]
LENGTHS = [3, 4, 5, 6]
SEEDS = [f"seed {number}".encode() for number in range(10)]


def answers(length: int) -> list[str]:
    """Every character at least once, and the widest answers there are."""
    circle = ALPHABET + ALPHABET[:length]
    return [circle[at : at + length] for at in range(len(ALPHABET))] + [
        character * length for character in ALPHABET
    ]


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")


def chunks(png: bytes) -> list[str]:
    kinds, at = [], len(b"\x89PNG\r\n\x1a\n")
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        kinds.append(kind.decode())
        at += length + 12
    return kinds


def test_the_same_seed_draws_the_same_picture():
    first, second = (images.draw("27CX", width=85, height=30, seed=b"one") for _ in range(2))

    assert first == second


def test_another_seed_draws_another_picture():
    pictures = {images.draw("27CX", width=85, height=30, seed=seed) for seed in SEEDS}

    assert len(pictures) == len(SEEDS)


def test_another_answer_draws_another_picture():
    pictures = {images.draw(each, width=85, height=30, seed=b"one") for each in answers(4)}

    assert len(pictures) == len(set(answers(4)))


def test_drawing_neither_reads_nor_moves_the_shared_random_state():
    random.seed(1)
    before = random.getstate()
    first = images.draw("27CX", width=85, height=30, seed=b"one")
    after = random.getstate()
    random.seed(2)

    assert after == before
    assert images.draw("27CX", width=85, height=30, seed=b"one") == first


def test_threads_draw_what_one_thread_draws():
    def drawn(seed: bytes) -> bytes:
        return images.draw("27CX", width=85, height=30, seed=seed)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drawn, SEEDS)) == [drawn(seed) for seed in SEEDS]


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("size", SIZES)
def test_a_picture_has_exactly_the_size_asked_for(size, length):
    width, height = size

    png = images.draw(ALPHABET[:length], width=width, height=height, seed=b"one")

    assert opened(png).size == size


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("size", SIZES)
def test_letters_stay_inside_the_picture_in_order_and_apart(size, length):
    for number, answer in enumerate(answers(length)):
        em = images.font_size(answer, size)

        letters = images.lay_out(answer, size, em, random.Random(number))

        assert "".join(letter.character for letter in letters) == answer
        assert letters[0].left > 0
        assert letters[-1].right < size[0]
        assert all(one.right < other.left for one, other in pairwise(letters))
        assert all(0 < letter.top < letter.bottom < size[1] for letter in letters)


@pytest.mark.parametrize("size", [(85, 30), (200, 80)])
def test_letters_are_as_large_as_the_picture_allows(size):
    """Small letters are the first thing a person on a phone gives up on."""
    for answer in answers(4):
        em = images.font_size(answer, size)
        letters = images.lay_out(answer, size, em, random.Random(1))
        tallest = max(letter.bottom - letter.top for letter in letters)
        inked = sum(letter.right - letter.left for letter in letters)

        assert tallest > 0.8 * size[1] or inked > 0.8 * size[0]


def test_letters_show_ink_of_both_tones():
    """One polarity alone is what OCR reads; the flips inside the letters keep it out."""
    for seed in SEEDS:
        picture = opened(images.draw("27CX", width=200, height=80, seed=seed))
        tones = picture.histogram()
        pixels = sum(tones)

        assert sum(tones[:35]) > 0.03 * pixels
        assert sum(tones[221:]) > 0.03 * pixels


def test_the_png_says_nothing_but_the_picture():
    for seed in SEEDS:
        png = images.draw("27CX", width=85, height=30, seed=seed)

        assert set(chunks(png)) <= {"IHDR", "PLTE", "IDAT", "IEND"}


@pytest.mark.parametrize(("size", "bound"), [((85, 30), 1500), ((200, 80), 4500)])
def test_a_picture_is_a_few_kilobytes(size, bound):
    for seed in SEEDS:
        png = images.draw("27CX5H", width=size[0], height=size[1], seed=seed)

        assert len(png) < bound


def test_importing_the_module_leaves_pillow_alone():
    """Most requests draw nothing, and a cold start should not pay for it."""
    program = "import sys, chalicelib.images; sys.exit('PIL' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

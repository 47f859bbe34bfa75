"""Deterministic randomness: everything about an entity follows from (seed, table, index) alone.

Belongs here: digests, draws, ids and the shuffled order. No generator is carried from one entity to the next, so
that any document can be made again without its predecessors, in any order, on any Python.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from math import gcd
from typing import TypeVar

T = TypeVar("T")

# Sixteen letters out of the alphabet of a real deployment's ids, one for each hexadecimal digit.
ID_LETTERS = str.maketrans("0123456789abcdef", "0135689acghmpstx")

REFILL_BELOW = 1 << 64


def digest(seed: int, table: str, index: int | str, size: int = 64) -> bytes:
    """`size` bytes (at most 64) that belong to one entity."""
    return blake2b(f"{seed}/{table}/{index}".encode(), digest_size=size).digest()


def stream(seed: int, table: str, index: str, size: int) -> bytes:
    """Any number of bytes that belong to one entity."""
    blocks = -(-size // 64)
    return b"".join(digest(seed, table, f"{index}/{block}") for block in range(blocks))[:size]


@lru_cache(maxsize=1 << 15)
def identifier(seed: int, table: str, index: int) -> str:
    """The id of a document: 32 lower-case characters, as the platform writes them."""
    return "k" + digest(seed, table, index, 16).hex()[1:].translate(ID_LETTERS)


class Draw:
    """The decisions about one entity, taken one after the other."""

    __slots__ = ("bits", "index", "round", "seed", "table")

    def __init__(self, seed: int, table: str, index: int) -> None:
        self.seed, self.table, self.index, self.round = seed, table, index, 0
        self.bits = int.from_bytes(digest(seed, f"draw {table}", index), "big")

    def below(self, bound: int) -> int:
        """A whole number of 0..bound-1."""
        if self.bits < REFILL_BELOW:
            self.round += 1
            more = digest(self.seed, f"draw {self.table}", f"{self.index}+{self.round}")
            self.bits = int.from_bytes(more, "big")
        self.bits, value = divmod(self.bits, bound)
        return value

    def between(self, low: int, high: int) -> int:
        """A whole number of low..high, both included."""
        return low + self.below(high - low + 1)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.below(len(options))]

    def chance(self, percent: int) -> bool:
        """True for about so many of a hundred entities."""
        return self.below(100) < percent


def turn(index: int, every: int, place: int) -> bool:
    """True for one entity in `every`: always the same ones, whatever the seed."""
    return index % every == place


def coprime_step(count: int) -> int:
    """A step that visits each of `count` places once and keeps neighbours far apart."""
    step = max(1, count * 618 // 1000)
    while gcd(step, count) != 1:
        step += 1
    return step


def shuffled(count: int) -> Iterator[int]:
    """Each of 0..count-1 once, out of order, in constant memory."""
    step = coprime_step(count) if count else 1
    place = count // 3
    for _ in range(count):
        yield place
        place = (place + step) % count

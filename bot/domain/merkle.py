"""Merkle trees as in RFC 9162, section 2.1, over SHA-256: roots, and proofs made and checked.

A hash is 32 bytes. A tree of `size` leaves is spoken of by ranges of leaves (start, stop), and by
its complete subtrees (level, index): the one of 2**level leaves that begins at index * 2**level.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

EMPTY_ROOT = hashlib.sha256().digest()
HASH_BYTES = len(EMPTY_ROOT)

Range = tuple[int, int]
"""The leaves from the first to before the second."""

Node = tuple[int, int]
"""Level and index of a complete subtree."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Iterable[bytes]) -> bytes:
    """Of the tree over these hashes of leaves."""
    level = list(hashes)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [*map(node_hash, level[::2], level[1::2]), *odd]
    return level[0]


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that appending needs of a tree: the hashes of the complete subtrees of which it is made,
    the largest first, one for each bit of `size`."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> Frontier:
        """The tree with one more leaf, given its hash."""
        hashes = list(self.hashes)
        merged, size = leaf, self.size
        while size & 1:
            merged = node_hash(hashes.pop(), merged)
            size >>= 1
        return Frontier(self.size + 1, (*hashes, merged))

    @property
    def root(self) -> bytes:
        return fold(self.hashes)


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash of a range, given those of its complete subtrees from left to right."""
    if not hashes:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def subtrees(of: Range) -> list[Node]:
    """The complete subtrees that a range is made of, from left to right. It begins where a proof's
    ranges do: at a multiple of the power of two that is not less than its length."""
    start, stop = of
    found = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def inclusion_ranges(position: int, size: int) -> list[Range]:
    """Whose hashes prove that a leaf is in the tree, from the leaf up. Raises `IndexError` for a
    leaf that is not."""
    if not 0 <= position < size:
        raise IndexError(f"there is no leaf {position} in a tree of {size}")
    found: list[Range] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if position < middle:
            found.append((middle, stop))
            stop = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(older: int, size: int) -> list[Range]:
    """Whose hashes prove that a tree of that size begins with the one of size `older`. None where
    both are the same, or there is nothing to begin with. Raises `IndexError` where it is larger."""
    if not 0 <= older <= size:
        raise IndexError(f"a tree of {size} does not begin with one of {older}")
    if older in {0, size}:
        return []
    found: list[Range] = []
    start, stop = 0, size
    while stop != older:
        middle = start + _split(stop - start)
        if older <= middle:
            found.append((middle, stop))
            stop = middle
        else:
            found.append((start, middle))
            start = middle
    # Whoever checks it knows the older root already.
    return [*([] if start == 0 else [(start, stop)]), *found[::-1]]


def proof(ranges: Iterable[Range], node: Callable[[int, int], bytes]) -> list[bytes]:
    """The hashes of these ranges; `node` tells that of a complete subtree (level, index)."""
    return [fold([node(*each) for each in subtrees(of)]) for of in ranges]


def proves_inclusion(
    leaf: bytes, position: int, size: int, hashes: Sequence[bytes], root: bytes
) -> bool:
    """Whether the leaf with that hash stands there in the tree of that root (RFC 9162, 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    place, last, found = position, size - 1, leaf
    for other in hashes:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(other, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, other)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def proves_consistency(
    older: int, older_root: bytes, size: int, root: bytes, hashes: Sequence[bytes]
) -> bool:
    """Whether the tree of `root` begins with the one of `older_root` (RFC 9162, 2.1.4.2)."""
    if older == 0:
        return older_root == EMPTY_ROOT and not hashes and size >= 0
    if older >= size:
        return older == size and older_root == root and not hashes
    path = list(hashes) if older & (older - 1) else [older_root, *hashes]
    if not path:
        return False
    place, last = older - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    was = now = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            was, now = node_hash(other, was), node_hash(other, now)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            now = node_hash(now, other)
        place, last = place >> 1, last >> 1
    return last == 0 and was == older_root and now == root


def _split(count: int) -> int:
    """The largest power of two that is smaller."""
    return 1 << (count - 1).bit_length() - 1

"""Merkle trees: the vectors of others, and what every proof of every small tree must show."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_ranges,
    fold,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    proof,
    proves_consistency,
    proves_inclusion,
    root,
    subtrees,
)

# The entries, roots and proofs with which implementations of RFC 6962 and 9162 are tested:
# github.com/google/certificate-transparency and github.com/transparency-dev/merkle (testdata).
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
INCLUSION = {
    (0, 8): [
        "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=",
        "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
        "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
    ],
    (5, 8): [
        "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
        "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
    ],
    (2, 3): ["+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU="],
    (1, 5): [
        "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=",
        "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
        "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
    ],
}
CONSISTENCY = {
    (1, 8): INCLUSION[0, 8],
    (6, 8): [
        "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
        "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
    ],
    (2, 5): [
        "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
        "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
    ],
    (6, 7): [
        "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
        "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=",
        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
    ],
}
LARGEST = 33
LEAVES = [leaf_hash(bytes([n])) for n in range(LARGEST)]


def read(hashes: list[str]) -> list[bytes]:
    return [base64.b64decode(each) for each in hashes]


def included(leaves: list[bytes], position: int, size: int) -> list[bytes]:
    return proof(
        inclusion_ranges(position, size),
        lambda level, index: root(leaves[index << level : index + 1 << level]),
    )


def consistent(leaves: list[bytes], older: int, size: int) -> list[bytes]:
    return proof(
        consistency_ranges(older, size),
        lambda level, index: root(leaves[index << level : index + 1 << level]),
    )


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_roots_of_the_standard(size: int) -> None:
    hashes = [leaf_hash(entry) for entry in ENTRIES[:size]]
    assert root(hashes).hex() == ROOTS[size]
    frontier = Frontier()
    for each in hashes:
        frontier = frontier.append(each)
    assert (frontier.size, frontier.root.hex()) == (size, ROOTS[size])


@pytest.mark.parametrize(("place", "hashes"), INCLUSION.items())
def test_the_proofs_of_inclusion_of_others(place: tuple[int, int], hashes: list[str]) -> None:
    position, size = place
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    assert included(leaves, position, size) == read(hashes)
    top = bytes.fromhex(ROOTS[size])
    assert proves_inclusion(leaves[position], position, size, read(hashes), top)


@pytest.mark.parametrize(("sizes", "hashes"), CONSISTENCY.items())
def test_the_proofs_of_consistency_of_others(sizes: tuple[int, int], hashes: list[str]) -> None:
    older, size = sizes
    assert consistent([leaf_hash(entry) for entry in ENTRIES], older, size) == read(hashes)
    was, now = bytes.fromhex(ROOTS[older]), bytes.fromhex(ROOTS[size])
    assert proves_consistency(older, was, size, now, read(hashes))


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_leaf_of_every_small_tree_is_proved(size: int) -> None:
    top = root(LEAVES[:size])
    for position in range(size):
        hashes = included(LEAVES, position, size)
        assert proves_inclusion(LEAVES[position], position, size, hashes, top)
        assert not any(
            proves_inclusion(LEAVES[position], other, size, hashes, top)
            for other in range(size + 2)
            if other != position
        )
        assert not proves_inclusion(leaf_hash(b"another"), position, size, hashes, top)
        assert not proves_inclusion(LEAVES[position], position, size, [*hashes, top], top)
        assert not any(
            proves_inclusion(LEAVES[position], position, size, wrong, top)
            for wrong in spoiled(hashes)
        )


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_every_small_tree_begins_with_every_smaller(size: int) -> None:
    now = root(LEAVES[:size])
    for older in range(size + 1):
        was, hashes = root(LEAVES[:older]), consistent(LEAVES, older, size)
        assert proves_consistency(older, was, size, now, hashes)
        assert not proves_consistency(older, leaf_hash(b"fork"), size, now, hashes)
        assert not proves_consistency(older, was, size, now, [*hashes, was])
        if older:
            assert not proves_consistency(older, was, size, leaf_hash(b"fork"), hashes)
        assert not any(proves_consistency(older, was, size, now, w) for w in spoiled(hashes))


def spoiled(hashes: list[bytes]) -> list[list[bytes]]:
    """Each hash in turn changed, and left out."""
    return [
        [*hashes[:n], *instead, *hashes[n + 1 :]]
        for n in range(len(hashes))
        for instead in ([leaf_hash(b"another")], [])
    ]


@given(st.integers(1, 400))
def test_a_tree_is_made_of_its_complete_subtrees(size: int) -> None:
    leaves = [leaf_hash(n.to_bytes(2, "big")) for n in range(size)]
    nodes = subtrees((0, size))
    hashes = [root(leaves[i << level : i + 1 << level]) for level, i in nodes]
    frontier = Frontier()
    for each in leaves:
        frontier = frontier.append(each)
    assert list(frontier.hashes) == hashes
    assert fold(hashes) == root(leaves)


def test_what_is_not_in_a_tree_has_no_proof() -> None:
    with pytest.raises(IndexError):
        inclusion_ranges(3, 3)
    with pytest.raises(IndexError):
        consistency_ranges(4, 3)
    assert not proves_inclusion(LEAVES[0], 0, 0, [], EMPTY_ROOT)
    assert not proves_consistency(4, LEAVES[0], 3, LEAVES[0], [])


def test_a_node_is_no_leaf() -> None:
    """Else a leaf could be made that stands for a whole tree (RFC 9162, 2.1.1)."""
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != node_hash(LEAVES[0], LEAVES[1])

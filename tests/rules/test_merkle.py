"""The tree against the definitions of RFC 9162, written here a second time and recursively."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.certificates.rules import merkle

LEAVES = [merkle.leaf_hash(str(i).encode()) for i in range(70)]


def mth(leaves):
    """MTH of RFC 9162, 2.1.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    """PATH of RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, whole):
    """SUBPROOF of RFC 9162, 2.1.4.1."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


@pytest.fixture(scope="module")
def nodes():
    """A tree grown leaf by leaf."""
    kept = {}
    for size, leaf in enumerate(LEAVES):
        kept.update(merkle.growth(size, leaf, kept.__getitem__))
    return kept


def span(nodes, span_):
    return merkle.span_hash(span_, nodes.__getitem__)


@pytest.mark.parametrize("size", range(71))
def test_every_root_is_the_definition_s(nodes, size):
    assert span(nodes, (0, size)) == mth(LEAVES[:size])


def test_every_inclusion_proof_is_the_definition_s_and_leads_to_the_root(nodes):
    for size in range(1, 71):
        for index in range(size):
            proof = [span(nodes, item) for item in merkle.inclusion_ranges(index, size)]
            assert proof == path(index, LEAVES[:size])
            assert merkle.root_from_inclusion(index, size, LEAVES[index], proof) == mth(LEAVES[:size])


def test_every_consistency_proof_is_the_definition_s_and_holds(nodes):
    for second in range(1, 71):
        for first in range(1, second + 1):
            proof = [span(nodes, item) for item in merkle.consistency_ranges(first, second)]
            assert proof == subproof(first, LEAVES[:second], True)
            assert merkle.consistent(first, second, mth(LEAVES[:first]), mth(LEAVES[:second]), proof)


@given(st.integers(1, 70), st.integers(0, 69), st.data())
def test_no_altered_proof_holds(size, index, data):
    index %= size
    proof = path(index, LEAVES[:size])
    other = data.draw(st.sampled_from(["leaf", "index", "short", "long"]))
    leaf = LEAVES[index]
    if other == "leaf":
        leaf = LEAVES[(index + 1) % 70]
    elif other == "index":
        moved = (index + 1) % size
        if moved == index:
            return
        assert merkle.root_from_inclusion(moved, size, leaf, proof) != mth(LEAVES[:size])
        return
    elif other == "short":
        if not proof:
            return
        proof = proof[:-1]
    else:
        proof = [*proof, LEAVES[0]]
    assert merkle.root_from_inclusion(index, size, leaf, proof) != mth(LEAVES[:size])


@given(st.integers(2, 70), st.data())
def test_no_rewritten_history_is_consistent(second, data):
    first = data.draw(st.integers(1, second - 1))
    changed = data.draw(st.integers(0, first - 1))
    rewritten = list(LEAVES[:second])
    rewritten[changed] = merkle.leaf_hash(b"rewritten")
    proof = subproof(first, rewritten, True)
    assert not merkle.consistent(first, second, mth(LEAVES[:first]), mth(rewritten), proof)


def test_nonsense_is_refused():
    assert merkle.root_from_inclusion(3, 3, LEAVES[0], []) is None
    assert not merkle.consistent(0, 3, LEAVES[0], LEAVES[1], [])
    assert not merkle.consistent(2, 3, LEAVES[0], LEAVES[1], [])
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion_ranges(3, 3)
    with pytest.raises(ValueError, match="no larger"):
        merkle.consistency_ranges(4, 3)

"""A Merkle tree in the shape of RFC 9162: hashes, proofs and their checks. Pure.

Leaves are numbered from 0. A tree is kept as the hashes of its complete subtrees: node (level, index) covers the
2**level leaves from index * 2**level. A proof names ranges of leaves; `split` turns a range into nodes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Node = tuple[int, int]
Range = tuple[int, int]
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 over a zero byte and the leaf's data (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 over a one byte and both children (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _half(count: int) -> int:
    """The largest power of two smaller than `count` (which is 2 or more)."""
    return 1 << (count - 1).bit_length() - 1


def split(span: Range) -> list[Node]:
    """The complete subtrees, from left to right, that make up a range which a proof names."""
    start, end = span
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def span_hash(span: Range, node: Callable[[Node], bytes]) -> bytes:
    """The hash of a range that starts at a multiple of its largest subtree; the empty range has SHA-256 of nothing."""
    hashes = [node(item) for item in split(span)]
    if not hashes:
        return EMPTY
    found = hashes.pop()
    while hashes:
        found = node_hash(hashes.pop(), found)
    return found


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose hashes prove leaf `index` in a tree of `size` leaves, lowest first (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(first: int, second: int) -> list[Range]:
    """The ranges that prove a tree of `first` leaves the beginning of one of `second` (RFC 9162, 2.1.4.1)."""
    if not 0 < first <= second:
        raise ValueError("the first tree must have a leaf and be no larger than the second")
    start, end, whole, ranges = 0, second, True, []
    while first != end:
        middle = start + _half(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, end))
    return ranges[::-1]


def growth(size: int, leaf: bytes, node: Callable[[Node], bytes]) -> list[tuple[Node, bytes]]:
    """The nodes that become complete when `leaf` (a hash) is added to a tree of `size` leaves, the leaf first."""
    made, level, index, found = [((0, size), leaf)], 0, size, leaf
    while index & 1:
        found = node_hash(node((level, index - 1)), found)
        level, index = level + 1, index >> 1
        made.append(((level, index), found))
    return made


def root_from_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2); None for a path of the wrong length."""
    if not 0 <= index < size:
        return None
    fn, sn, found = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            found = node_hash(sibling, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, sibling)
        fn, sn = fn >> 1, sn >> 1
    return found if sn == 0 else None


def consistent(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves the first tree to be the beginning of the second (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    steps = list(path)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    older = newer = steps[0]
    for sibling in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            newer = node_hash(newer, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and older == first_root and newer == second_root

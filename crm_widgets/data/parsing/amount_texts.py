"""Texts of amounts as numbers: one decimal mark for all of them, and which currency each has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...errors import InputError
from ..machine.parallel import in_blocks
from .amount_grammar import AmountText, Digits, read_amount_text
from .characters import fold
from .shapes import Shape, by_shape

Floats = npt.NDArray[np.float64]
_SHORT = 15
"""Whole numbers of so many digits are exact as floats."""


@dataclass(frozen=True, slots=True)
class AmountTexts:
    """Numbers of texts, NaN where one is none; and the rows of each currency that is written."""

    values: Floats
    signs: Mapping[str, npt.NDArray[np.intp]]


def read_amount_texts(texts: Sequence[str], column: str) -> AmountTexts:
    """Read texts that share one decimal mark.

    Raises
    ------
    InputError
        If the mark is in doubt or there are two, or if debit and credit are to be told apart.
    """
    n = len(texts)
    points, commas = np.full(n, np.nan), np.full(n, np.nan)

    def read(part: slice) -> list[tuple[AmountText, npt.NDArray[np.intp]]]:
        found = []
        for shape in by_shape(texts[part]):
            said = read_amount_text(shape.text)
            if said is None:
                continue
            rows = shape.rows + part.start
            points[rows] = _numbers(said, said.points, shape)
            commas[rows] = _numbers(said, said.commas, shape)
            found.append((said, rows))
        return found

    signs: dict[str, list[npt.NDArray[np.intp]]] = {}
    for said, rows in (one for block in in_blocks(read, n) for one in block):
        if said.ledger:
            raise InputError("ledger_marks", column=column, example=repr(texts[rows[0]]))
        if said.sign:
            signs.setdefault(_shown_sign(said), []).append(rows)
    values = _one_mark(points, commas, texts, column)
    return AmountTexts(values, {sign: np.concatenate(rows) for sign, rows in signs.items()})


def _shown_sign(said: AmountText) -> str:
    codes = said.codes or frozenset()
    return next(iter(codes)) if len(codes) == 1 else said.sign


def _numbers(said: AmountText, digits: Digits | None, shape: Shape) -> Floats:
    """The numbers of a shape with a mark; NaN where thousands would begin with a 0."""
    if digits is None:
        return np.full(shape.rows.size, np.nan)
    length = sum(place.stop - place.start for place in (*digits.whole, digits.part))
    shift = said.power - (digits.part.stop - digits.part.start)
    if length <= _SHORT and said.exponent is None:
        found = shape.number(*digits.whole, digits.part).astype(np.float64)
        found = found * 10.0**shift if shift >= 0 else found / 10.0**-shift
    else:
        found = _long_numbers(said, digits, shape, shift)
    if len(digits.whole) > 1:
        found[shape.digits[:, digits.whole[0].start] == 0] = np.nan
    return -found if said.negative else found


def _long_numbers(said: AmountText, digits: Digits, shape: Shape, shift: int) -> Floats:
    """The same of more digits than fit, or with an exponent, one after the other."""
    found = []
    for row in shape.digits:
        whole = "".join(str(digit) for place in digits.whole for digit in row[place])
        part = "".join(map(str, row[digits.part]))
        power = said.power
        if said.exponent is not None:
            place, sign = said.exponent
            power += sign * int("".join(map(str, row[place])))
        found.append(float(f"{whole}.{part}e{power}"))
    return np.array(found)


def _one_mark(points: Floats, commas: Floats, texts: Sequence[str], column: str) -> Floats:
    """Numbers by the mark that all texts allow."""
    point, comma = ~np.isnan(points), ~np.isnan(commas)
    only_point, only_comma = point & ~comma, comma & ~point
    if only_point.any() and only_comma.any():
        raise InputError(
            "mixed_marks", column=column,
            one=repr(texts[int(only_point.argmax())]), two=repr(texts[int(only_comma.argmax())]),
        )  # fmt: skip
    if only_comma.any():
        return commas
    doubtful = point & comma & (points != commas)
    if doubtful.any() and not only_point.any():
        example = texts[int(doubtful.argmax())]
        mark = "," if "," in fold(example) else "."
        raise InputError(
            "ambiguous_amounts", column=column, example=repr(example), mark=mark,
            escaped="," if mark == "," else r"\.",
        )  # fmt: skip
    return points

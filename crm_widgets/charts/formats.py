"""Numbers written by the page: Vega expressions that round and abbreviate as ``text.numbers``.

Expressions are built from constants only. The unit of money is the analyst's text, so it
travels as the value of a param, ``money_unit``, and never inside an expression.
"""

from __future__ import annotations

import altair as alt

from .. import text

MONEY_UNIT = "money_unit"


def _chinese(value: str, small: str) -> str:
    return (
        f"abs({value}) >= 1e12 ? format({value} / 1e12, ',.3~r') + '万亿' : "
        f"abs({value}) >= 1e8 ? format({value} / 1e8, ',.3~r') + '亿' : "
        f"abs({value}) >= 1e4 ? format({value} / 1e4, ',.3~r') + '万' : {small}"
    )


def count(value: str) -> str:
    """Expression for a whole number; ``value`` is a constant such as ``datum.n``.

    >>> count("datum.n")
    "format(datum.n, ',d')"
    """
    exact = f"format({value}, ',d')"
    return f"({_chinese(value, exact)})" if text.locale() == "zh" else exact


def _english(value: str, size: str, small: str) -> str:
    """Millions and more with their letter; below, as ``small``."""
    return (
        f"{size} >= 1e12 ? format({value} / 1e12, '.3~r') + 'T' : "
        f"{size} >= 1e9 ? format({value} / 1e9, '.3~r') + 'B' : "
        f"{size} >= 1e6 ? format({value} / 1e6, '.3~r') + 'M' : {small}"
    )


def decimal(value: str) -> str:
    """Expression for a number with three significant digits, whole from 1,000 to a million."""
    small = f"abs({value}) >= 1000 ? format({value}, ',.0f') : format({value}, '.3~r')"
    if text.locale() == "zh":
        size = _chinese(value, small)
    else:
        size = _english(value, f"abs({value})", small)
    far = f"{value} != 0 && (abs({value}) < 1e-4 || abs({value}) >= 1e15)"
    return f"({far} ? format({value}, '.2~e') : {size})"


def money(value: str) -> str:
    """Expression for an amount; the chart must carry ``money_param``."""
    sign, value = f"({value} < 0 ? '\u2212' : '')", f"abs({value})"
    plain = f"{value} >= 1000 ? format({value}, ',.0f') : format({value}, '.3~r')"
    small = f"{value} > 0 && {value} < 1e-4 ? format({value}, '.2~e') : {plain}"
    if text.locale() == "zh":
        size = _chinese(value, small)
    else:
        thousands = f"{value} >= 1e4 ? format({value} / 1e3, '.3~r') + 'K' : {small}"
        size = _english(value, value, thousands)
    return f"{sign} + {MONEY_UNIT} + ({size})"


def money_param(unit: str) -> alt.Parameter:
    """Carry the unit written before amounts, as a value that is never evaluated."""
    return alt.param(name=MONEY_UNIT, value=unit)

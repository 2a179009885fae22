"""A selection in words."""

from __future__ import annotations

import datetime as dt
import math

from ... import text
from ...charts.wording import Wording
from ...data.gestures import Gesture
from ...data.vocabulary.clauses import Box, Clause, Group, Interval, Values

_SHOWN = 3


def clause_words(clause: Clause, wording: Wording) -> str:
    """One clause, such as "recency, days: 0 to 90"."""
    match clause.predicate:
        case Interval() as interval:
            return _interval(interval, wording)
        case Box(x, y):
            return together([_interval(x, wording), _interval(y, wording)])
        case Values(field, values):
            named = [wording.level(field, value) for value in values[:_SHOWN]]
            if len(values) > _SHOWN:
                named.append(text.say("clause.more", n=len(values) - _SHOWN))
            listed = text.say("clause.or").join(named) if named else text.say("clause.nothing")
            return text.say("clause.values", field=wording.label(field), values=listed)
        case Group(name, customers):
            if not wording.may_count(len(customers)):
                return name
            return text.say("clause.group", name=name, n=text.count(len(customers)))


def gesture_words(gesture: Gesture, wording: Wording) -> str:
    """All clauses of a gesture."""
    return together([clause_words(clause, wording) for clause in gesture.clauses])


def sentence(n: int, total: int, words: list[str]) -> str:
    """The whole selection, with what it selects."""
    if not words:
        return text.say("selection.all", n=text.count(total))
    return text.say(
        "selection.some", n=text.count(n), total=text.count(total), clauses=together(words)
    )


def together(words: list[str]) -> str:
    """Conditions that all hold."""
    return text.say("clause.and").join(words)


def _interval(interval: Interval, wording: Wording) -> str:
    field = wording.label(interval.field)
    lo, hi = math.isfinite(interval.lo), math.isfinite(interval.hi)
    if wording.is_time(interval.field):
        # an end that is excluded at midnight is the end of the day before
        last = interval.hi if interval.closed else interval.hi - 1
        ends = _day(interval.lo) if lo else "", _day(last) if hi else ""
    else:
        ends = text.ends(interval.lo, interval.hi)
    if lo and hi:
        return text.say("clause.between", field=field, lo=ends[0], hi=ends[1])
    if lo:
        return text.say("clause.from", field=field, lo=ends[0])
    if hi:
        return text.say("clause.below", field=field, hi=ends[1])
    return text.say("clause.any", field=field)


def _day(milliseconds: float) -> str:
    return text.date(dt.date(1970, 1, 1) + dt.timedelta(days=milliseconds // 86_400_000))

"""What segments and features are called, in the reader's language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

from .. import text

Traits = Mapping[Hashable, Sequence[tuple[str, str]]]


def feature_name(feature: str) -> str:
    """The name of a feature: our own in the reader's language, others as the analyst wrote it.

    >>> feature_name("recency_days"), feature_name("income")
    ('Recency', 'income')
    """
    key = f"feature.{feature}"
    return text.say(key) if text.has(key) else feature


def feature_axis(feature: str, money_unit: str = "") -> str:
    """Name and unit of a feature.

    >>> feature_axis("recency_days"), feature_axis("monetary", "$")
    ('Recency, days since last order', 'Money, total spent ($)')
    """
    key = f"unit.{feature}"
    if not text.has(key):
        return feature_name(feature)
    name, unit = feature_name(feature), text.say(key)
    if money_unit and is_money(feature):
        return text.say("axis.money", feature=name, unit=unit, money=money_unit)
    return text.say("axis.unit", feature=name, unit=unit)


def money_head(key: str, unit: str) -> str:
    """The heading of amounts, with their unit where it is known.

    >>> money_head("col.money", "$"), money_head("col.money", "")
    ('Revenue, $', 'Revenue')
    """
    head = text.say(key)
    return text.say("axis.in", feature=head, unit=unit) if unit else head


def is_money(feature: str) -> bool:
    """Whether a feature of ours is an amount."""
    return feature in ("monetary", "mean_order_value", "first_day_value")


def level_of(name: str, features: Collection[str]) -> tuple[str, str] | None:
    """The category and its level of a name such as ``plan=basic``, if it is no feature itself.

    >>> level_of("plan=basic", ["plan"]), level_of("a=b", ["a=b"])
    (('plan', 'basic'), None)
    """
    if name in features:
        return None
    for feature in features:
        if name.startswith(f"{feature}="):
            return feature, name[len(feature) + 1 :]
    return None


def trait(name: str, side: str, features: Collection[str] = ()) -> str:
    """What a customer is who is ``"low"`` or ``"high"`` on a feature, or has a level or not.

    >>> trait("recency_days", "low"), trait("income", "high"), trait("plan=pro", "low", ["plan"])
    ('recent', 'high income', 'not pro')
    """
    return _side("trait", name, side, features)


def direction(name: str, side: str, features: Collection[str] = ()) -> str:
    """What one sees more of towards the end of an axis.

    >>> direction("monetary", "high")
    'more money'
    """
    return _side("more", name, side, features)


def _side(kind: str, name: str, side: str, features: Collection[str]) -> str:
    level = level_of(name, features)
    if level is not None:
        return text.say(f"{kind}.level.{side}", level=level[1])
    key = f"{kind}.{name}.{side}"
    if text.has(key):
        return text.say(key)
    return text.say(f"{kind}.{side}", feature=feature_name(name))


def segment_names(
    labels: Iterable[Hashable],
    traits: Traits,
    *,
    features: Collection[str] = (),
    renamed: Mapping[Hashable, str] | None = None,
) -> dict[Hashable, str]:
    """A name of its own for each segment, in the order given.

    Parameters
    ----------
    labels
        The segments.
    traits
        For a segment found by a model, what sets it apart: pairs of a feature and ``"low"``
        or ``"high"``, the most telling first. Other segments bear their label.
    features
        The features as they were before categories became a column a level.
    renamed
        Names given by the analyst, by label or by the name it would have had.

    Examples
    --------
    >>> segment_names([0, 1], {0: [("frequency", "high")], 1: [("frequency", "low")]})
    {0: 'Frequent', 1: 'Rare'}
    >>> segment_names(["champions"], {}, renamed={"champions": "VIP"})
    {'champions': 'VIP'}
    """
    renamed = renamed or {}
    found: dict[Hashable, str] = {}
    taken: set[str] = set()
    for label in labels:
        name = _own_name(label, traits.get(label), features)
        name = renamed.get(label, renamed.get(str(label), renamed.get(name, name)))
        unique, again = name, 2
        while unique in taken:
            unique, again = f"{name} {again}", again + 1
        found[label] = unique
        taken.add(unique)
    return found


def _own_name(
    label: Hashable, traits: Sequence[tuple[str, str]] | None, features: Collection[str]
) -> str:
    if traits is None and features and label == -1:
        return text.say("segment.noise")
    if traits is None:
        key = f"segment.{label}"
        return text.say(key) if text.has(key) else str(label)
    if not traits:
        return text.say("trait.average")
    words = [trait(name, side, features) for name, side in traits]
    if level_of(traits[0][0], features) is None and text.has(f"trait.{traits[0][0]}.low"):
        words[0] = words[0][:1].upper() + words[0][1:]
    return text.say("trait.join").join(words)


_MONTH = re.compile(r"(\d{4})-(\d{2})")


_PART = re.compile(r"(\d{4})-([WQ])(\d{1,2})")


def cohort_name(label: Hashable) -> str:
    """The name of a period in the reader's language; other labels as they are.

    >>> cohort_name("1997-01"), cohort_name("1997-W05"), cohort_name("basic")
    ('1997-01', '1997-W05', 'basic')
    """
    name = str(label)
    if text.locale() != "zh":
        return name
    if found := _MONTH.fullmatch(name):
        return text.month(dt.date(int(found[1]), int(found[2]), 1))
    if found := _PART.fullmatch(name):
        key = "cohorts.week" if found[2] == "W" else "cohorts.quarter"
        return text.say(key, year=found[1], number=int(found[3]))
    return name

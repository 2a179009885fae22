"""What segments and features are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

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


def is_money(feature: str) -> bool:
    """Whether a feature of ours is an amount."""
    return feature in ("monetary", "mean_order_value")


def trait(feature: str, side: str) -> str:
    """What a customer is who is ``"low"`` or ``"high"`` on a feature.

    >>> trait("recency_days", "low"), trait("income", "high")
    ('recent', 'high income')
    """
    return _side("trait", feature, side)


def direction(feature: str, side: str) -> str:
    """What one sees more of towards the end of an axis.

    >>> direction("monetary", "high")
    'more money'
    """
    return _side("more", feature, side)


def _side(kind: str, feature: str, side: str) -> str:
    key = f"{kind}.{feature}.{side}"
    if text.has(key):
        return text.say(key)
    return text.say(f"{kind}.{side}", feature=feature_name(feature))


def segment_names(
    labels: Iterable[Hashable],
    traits: Traits,
    *,
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
    renamed
        Names given by the analyst, by label or by the name it would have had.

    Examples
    --------
    >>> segment_names([0, 1], {0: [("frequency", "high")], 1: [("frequency", "low")]})
    {0: 'frequent', 1: 'rare'}
    >>> segment_names(["champions"], {}, renamed={"champions": "VIP"})
    {'champions': 'VIP'}
    """
    renamed = renamed or {}
    labels = list(labels)
    own = {label: _own_name(label, traits.get(label), 2) for label in labels}
    found: dict[Hashable, str] = {}
    for label in labels:
        name = own[label]
        if sum(other == name for other in own.values()) > 1:
            name = _own_name(label, traits.get(label), 4)
        name = renamed.get(label, renamed.get(str(label), renamed.get(name, name)))
        taken = set(found.values())
        unique, again = name, 2
        while unique in taken:
            unique, again = f"{name} {again}", again + 1
        found[label] = unique
    return found


def _own_name(label: Hashable, traits: Sequence[tuple[str, str]] | None, most: int) -> str:
    if traits is None:
        key = f"segment.{label}"
        return text.say(key) if text.has(key) else str(label)
    if not traits:
        return text.say("trait.average")
    return text.say("trait.join").join(trait(feature, side) for feature, side in traits[:most])

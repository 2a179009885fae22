"""Charts give Altair every channel as what it is, and it need not look among all its classes."""

import ast

from ..source import calls

LOOKED_UP = {"value", "datum", "condition", "otherwise"}


def test_no_channel_is_a_string_or_a_bare_value() -> None:
    found = [
        f"{where}: {argument.arg}"
        for where, call in calls("encode")
        if where.startswith("crm_widgets/charts/")
        for argument in call.keywords
        if isinstance(argument.value, ast.Constant | ast.JoinedStr)
        or (
            isinstance(argument.value, ast.Call)
            and isinstance(argument.value.func, ast.Attribute)
            and argument.value.func.attr in LOOKED_UP
        )
    ]
    assert found == [], 'a look-up takes 3 ms: alt.X2("high:Q"), alt.YValue(0)'

"""The one look of all charts: calm, for a light and a dark page, in either language.

Colours of groups are the same on both grounds, so that a segment keeps its colour
everywhere. Ramps that must fade into the ground have a range for each ground, and
charts name them (``range="diverging"``) instead of listing colours.
"""

from __future__ import annotations

from typing import Any, Literal

Mode = Literal["light", "dark"]

GROUPS: tuple[str, ...] = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00",
    "#9880f8", "#805020", "#b0b068", "#982080", "#e02050", "#6838b0",
)  # fmt: skip
"""Twelve groups: six of Okabe & Ito (2008), then six placed as far as possible from them and
from each other in CIELAB as seen with normal, protan, deutan and tritan sight (Machado 2009)."""

ACCENT = "#2f7ed8"
"""What is selected, where no group is meant."""

REST: dict[Mode, str] = {"light": "#d4d8dd", "dark": "#4b525a"}
"""What is not selected: grey, never vanished. Charts say ``style="rest"``."""

BEYOND = "#8a8f96"
"""Groups past the twelfth."""

FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', "
    "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
)

_INK: dict[Mode, dict[str, str]] = {
    "light": {
        "text": "#24292f", "muted": "#57606a", "grid": "#eaecef", "line": "#c3c8ce",
        "ground": "#ffffff",
    },
    "dark": {
        "text": "#e6e6e6", "muted": "#a9b0b8", "grid": "#33383e", "line": "#555b63",
        "ground": "#111111",
    },
}  # fmt: skip

_RAMPS: dict[Mode, dict[str, list[str]]] = {
    "light": {
        "diverging": ["#b35806", "#f1a340", "#fbe0b9", "#f4f4f4", "#cfe1f2", "#6aaed6", "#2166ac"],
        "ramp": ["#e6eff8", "#b3d0ea", "#73aedb", "#3a86c4", "#1c5fa0", "#0b3c74"],
        "heatmap": ["#e4f1ea", "#b3dcc7", "#78c09e", "#429f78", "#17734f", "#084a33"],
    },
    "dark": {
        "diverging": ["#ffb45c", "#c97a24", "#74501f", "#34383d", "#27506f", "#3d86ba", "#8cc8f5"],
        "ramp": ["#22303d", "#274d70", "#2f6fa6", "#4a95d0", "#86bfec", "#cfe6fb"],
        "heatmap": ["#1f332b", "#235540", "#2c7a5a", "#48a67f", "#8ad0ae", "#cfefdf"],
    },
}


def color_of(position: int) -> str:
    """Colour at this place of the fixed set; groups past the twelfth are grey.

    >>> color_of(0), color_of(12)
    ('#0072b2', '#8a8f96')
    """
    return GROUPS[position] if 0 <= position < len(GROUPS) else BEYOND


def config(mode: Mode) -> dict[str, Any]:
    """Vega-Lite ``config`` for a light or a dark page; the ground itself stays transparent.

    Text has a contrast of at least 4.5 : 1 on white and on JupyterLab's dark grey.
    """
    ink = _INK[mode]
    return {
        "background": "transparent",
        "font": FONT,
        "padding": 4,
        "view": {"stroke": "transparent"},
        "axis": {
            "labelColor": ink["muted"], "titleColor": ink["muted"],
            "labelFontSize": 11, "titleFontSize": 12, "titleFontWeight": "normal",
            "domainColor": ink["line"], "tickColor": ink["line"], "gridColor": ink["grid"],
            "tickSize": 4, "labelPadding": 4, "titlePadding": 8, "labelLimit": 150,
        },
        "axisY": {"domain": False, "ticks": False},
        "axisX": {"grid": False},
        "legend": {
            "labelColor": ink["muted"], "titleColor": ink["muted"],
            "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        },
        "header": {"labelColor": ink["muted"], "titleColor": ink["muted"]},
        "title": {"color": ink["text"], "fontSize": 13, "anchor": "start"},
        "text": {"color": ink["text"], "fontSize": 12},
        "rule": {"color": ink["line"]},
        "range": {"category": list(GROUPS), **_RAMPS[mode]},
        "style": {
            "rest": {"color": REST[mode], "stroke": REST[mode], "strokeWidth": 0},
            "selected": {"color": ACCENT},
            "muted": {"color": ink["muted"], "fontSize": 11},
            "ink": {"color": ink["text"]},
            "edge": {"stroke": ink["text"]},
            "halo": {"color": ink["ground"], "stroke": ink["ground"], "strokeWidth": 4},
            "line": {"color": ink["muted"]},
        },
    }  # fmt: skip


def theme() -> dict[str, dict[str, Any]]:
    """Both configs; the page merges the one that fits its ground into each spec.

    >>> sorted(theme())
    ['dark', 'light']
    """
    return {"light": config("light"), "dark": config("dark")}


def number_locale(language: str) -> dict[str, Any]:
    """d3 number locale: a true minus, a space before the percent sign, ¥ in Chinese."""
    return {
        "decimal": ".", "thousands": ",", "grouping": [3], "minus": "\u2212",
        "percent": "\u00a0%", "currency": ["¥" if language == "zh" else "$", ""],
    }  # fmt: skip


def time_locale(language: str) -> dict[str, Any]:
    """d3 time locale."""
    if language == "zh":
        months = [
            f"{name}月"
            for name in ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
        ]
        days = list("日一二三四五六")
        return {
            "dateTime": "%Y年%-m月%-d日 %H:%M:%S", "date": "%Y年%-m月%-d日", "time": "%H:%M:%S",
            "periods": ["上午", "下午"], "days": [f"星期{day}" for day in days],
            "shortDays": [f"周{day}" for day in days], "months": months,
            "shortMonths": [f"{month}月" for month in range(1, 13)],
        }  # fmt: skip
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    return {
        "dateTime": "%-d %B %Y %H:%M:%S", "date": "%-d %B %Y", "time": "%H:%M:%S",
        "periods": ["AM", "PM"], "days": days, "shortDays": [day[:3] for day in days],
        "months": months, "shortMonths": [month[:3] for month in months],
    }  # fmt: skip

"""Colours: text that can be read, groups that every eye can tell apart."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from crm_widgets.charts import theme

GROUND = {"light": "#ffffff", "dark": "#111111"}

# Machado, Oliveira & Fernandes (2009), severity 1.0, on linear RGB
SIGHT = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def linear(color: str) -> npt.NDArray[np.float64]:
    parts = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def luminance(color: str) -> float:
    return float(linear(color) @ [0.2126, 0.7152, 0.0722])


def contrast(a: str, b: str) -> float:
    hi, lo = sorted((luminance(a), luminance(b)), reverse=True)
    return (hi + 0.05) / (lo + 0.05)


def lab(rgb: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    x, y, z = to_xyz @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.089]
    fx, fy, fz = (np.cbrt(t) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def colors_of(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [
            c for key, part in node.items() if key in ("labelColor", "titleColor") for c in [part]
        ]
    return []


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_has_enough_contrast(mode: theme.Mode) -> None:
    config = theme.config(mode)
    words = colors_of(config["axis"]) + colors_of(config["legend"])
    words += [config["text"]["color"], config["style"]["muted"]["color"]]
    assert len(words) >= 6
    assert min(contrast(word, GROUND[mode]) for word in words) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("color", [*theme.GROUPS, theme.ACCENT])
def test_groups_stand_out_from_the_ground_and_from_what_is_not_selected(
    mode: theme.Mode, color: str
) -> None:
    assert contrast(color, GROUND[mode]) >= 2
    assert np.linalg.norm(lab(linear(color)) - lab(linear(theme.REST[mode]))) >= 20


@pytest.mark.parametrize("sight", SIGHT)
def test_no_two_groups_look_alike(sight: str) -> None:
    seen = [lab(np.asarray(SIGHT[sight]) @ linear(color)) for color in theme.GROUPS]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) >= 13


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_diverging_ramp_is_neutral_in_the_middle_and_even_at_the_ends(mode: theme.Mode) -> None:
    ramp = [lab(linear(color)) for color in theme.config(mode)["range"]["diverging"]]
    middle = ramp[len(ramp) // 2]
    assert np.hypot(*middle[1:]) < 5
    ends = [np.linalg.norm(end - middle) for end in (ramp[0], ramp[-1])]
    assert max(ends) / min(ends) < 1.6


def test_months_are_chinese_in_chinese() -> None:
    assert theme.time_locale("zh")["months"][0] == "一月"
    assert len(theme.time_locale("en")["shortMonths"]) == 12

"""Every word a reader sees exists in both languages, and is filled with what it asks for."""

from __future__ import annotations

import ast
import re
import string

import pytest

from crm_widgets import text
from crm_widgets.errors import MESSAGES

from .source import ROOT, calls, key_pattern, string_constants

EN = text.words("en")
ZH = text.words("zh")
ERRORS = ("CrmError", "InputError", "AnalysisError")


def placeholders(sentence: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name}


def front_end_keys() -> set[str]:
    contract = (ROOT / "js/src/contract.ts").read_text(encoding="utf-8")
    listed = re.search(r"STRING_KEYS = \[(.*?)\]", contract, re.DOTALL)
    assert listed
    return set(re.findall(r'"(\w+)"', listed[1]))


def said() -> list[tuple[str, str, set[str] | None]]:
    """Where a sentence is asked for, the pattern of its key, the values given (if literal)."""
    found = []
    for where, call in calls("say", "has", "Note", *ERRORS):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id  # type: ignore[attr-defined]
        key = key_pattern(call.args[0]) if call.args else None
        if key is None:
            continue
        given: set[str] | None = {word.arg for word in call.keywords if word.arg}
        if any(word.arg is None for word in call.keywords) or name == "has":
            given = None
        if name == "Note":
            given = note_values(call)
            key = rf"note\.{key}"
        elif name in ERRORS:
            key = rf"error\.{key}"
        if name != "has":
            found.append((where, key, given))
    return found


def note_values(call: ast.Call) -> set[str] | None:
    if len(call.args) < 3:
        return {"n"} if not call.keywords else None
    values = call.args[2]
    if not isinstance(values, ast.Dict):
        return None
    keys = [key.value if isinstance(key, ast.Constant) else None for key in values.keys]
    return None if None in keys else {"n", *map(str, keys)}


def test_both_languages_have_the_same_sentences() -> None:
    assert {key.removesuffix(".one") for key in EN} == {key.removesuffix(".one") for key in ZH}


@pytest.mark.parametrize("key", sorted(ZH))
def test_a_sentence_says_the_same_values_in_both_languages(key: str) -> None:
    assert placeholders(ZH[key]) == placeholders(EN[key])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_percents_are_written_by_the_one_formatter(language: text.Locale) -> None:
    """With a space before the sign, which ``{share:.0%}`` would not write."""
    glued = [k for k, words in text.words(language).items() if re.search(r"%\}|[\d}]%", words)]
    assert glued == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_sentence_is_empty_or_left_to_do(language: text.Locale) -> None:
    bad = [k for k, words in text.words(language).items() if not words.strip() or "TODO" in words]
    assert bad == []


def test_chinese_is_chinese() -> None:
    """Names such as Pearson stay; English words do not."""
    english = {
        key
        for key, words in ZH.items()
        if re.search(r"\b[a-z]{4}", re.sub(r"\{[^}]*\}", "", words))
        and not re.search("[\u4e00-\u9fff]", words)
    }
    assert english == set()


def test_every_sentence_that_is_asked_for_exists() -> None:
    missing = [(at, key) for at, key, _ in said() if not any(re.fullmatch(key, k) for k in EN)]
    assert missing == []


def test_every_sentence_gets_the_values_it_needs() -> None:
    short = [
        (where, key, sorted(placeholders(EN[found]) - given))
        for where, key, given in said()
        if given is not None
        for found in [key.replace("\\", "")]
        if found in EN and not placeholders(EN[found]) <= given
    ]
    assert short == []


def test_every_sentence_is_asked_for() -> None:
    constants = string_constants() | front_end_keys()
    patterns = [re.compile(key) for _, key, _ in said()]
    patterns += [
        re.compile(pattern)
        for _, call in calls("has", "say")
        if call.args and (pattern := key_pattern(call.args[0]))
    ]
    unused = {
        key
        for key in EN
        if not {key, key.partition(".")[2], key.removesuffix(".one")} & constants
        and not {key.partition(".")[2].removesuffix(".one")} & constants
        and not any(pattern.fullmatch(key.removesuffix(".one")) for pattern in patterns)
    }
    assert unused == set()


def test_the_front_end_has_its_words() -> None:
    assert {f"ui.{key}" for key in front_end_keys()} <= set(EN)


def test_errors_are_listed_once() -> None:
    assert {key.removeprefix("error.") for key in ZH if key.startswith("error.")} == set(MESSAGES)


def test_latin_names_stand_apart_from_han_and_are_left_as_they_are() -> None:
    assert text.say("apart.mean_of", "zh", feature="units") == "平均 units"
    assert text.say("apart.mean_of", "zh", feature="金额") == "平均金额"
    assert text.say("trait.low", "zh", feature="VIP客户A") == "VIP客户A 低"
    assert text.say("cohorts.quarter", "zh", year=2024, number=3) == "2024年第3季度"

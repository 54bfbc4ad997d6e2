"""The words by which the script and the supervisor know what a runner has said, each with its place in the runner's source.

words.tsv: what is looked for, the version of actions/runner that says it (or who else does), where in its source, and what is said."""

from __future__ import annotations

import re

from machine import HERE, SOURCES

WORDS = [line.split("\t") for line in (HERE / "words.tsv").read_text().splitlines()]


def looked_for() -> dict[str, str]:
    """Each phrase, with the file that looks for it."""
    phrases: dict[str, str] = {}

    def take(file: str, pattern: str, separator: str) -> None:
        for text in re.findall(pattern, (SOURCES / file).read_text(), re.MULTILINE):
            phrases.update(dict.fromkeys(text.split(separator), file))

    take("status.sh", r"^    /([A-Z][^/]*|session[^/]*)/ [&{]", "|")
    take("status.sh", r"^    /\^\(([^/]*)\)/ \{ next", "|")
    take("supervise.sh", r"\*'([^']+)'\*", "\0")
    take("configure.sh", r"said ['\"]([^'\"]+(?:'ld)?)['\"]", "\\|")
    take("configure.sh", r"grep '([^'^]+)'", "\\|")
    take("remove.sh", r"said '([^']+)'", "\\|")
    take("stop.sh", r"grep -q '([^']+)'", "\\|")
    phrases["Current runner version: '"] = "configure.sh"
    return phrases


def test_each_phrase_has_its_place_in_the_runners_source() -> None:
    known = {phrase for phrase, *_ in WORDS}
    found = looked_for()
    assert len(found) > 25
    assert found.keys() - known == set()


def test_nothing_is_listed_that_nobody_looks_for() -> None:
    assert {phrase for phrase, *_ in WORDS} - looked_for().keys() == set()


def test_each_is_part_of_what_is_said_there() -> None:
    for phrase, version, place, said in WORDS:
        assert phrase in said, phrase
        assert place and (version == "2.336.0" or not version[0].isdigit()), phrase

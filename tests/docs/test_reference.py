"""The reference is made from the code and misses nothing; the built pages call nobody."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from truceline.compliance.tables import STATUSES, UNDETERMINED
from truceline.values import vocabulary

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def defined() -> set[str]:
    """The words that the glossary defines: every line above a definition, several words parted by commas or slashes."""
    heads = re.findall(r"^([^\s:#][^\n]*)\n: ", GLOSSARY, flags=re.MULTILINE)
    return {word.strip().casefold() for head in heads for word in head.split(" / ")}


WORDS = {
    "statuses": (*STATUSES, UNDETERMINED),
    "conducts": vocabulary.CONDUCTS,
    "kinds of observation": vocabulary.KINDS,
    "means": vocabulary.MEANS,
    "assessments": vocabulary.ASSESSMENTS,
    "weapon classes": vocabulary.WEAPON_CLASSES,
    "observers": vocabulary.OBSERVER_KINDS,
    "kinds of UAV": vocabulary.UAV_KINDS,
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_the_glossary_defines_every_word_that_the_tables_use(words: tuple[str, ...]) -> None:
    assert [word for word in words if word.casefold() not in defined()] == []


def test_the_glossary_is_in_order_and_defines_nothing_twice() -> None:
    heads = [head.casefold() for head in re.findall(r"^([^\s:#][^\n]*)\n: ", GLOSSARY, flags=re.MULTILINE)]
    assert heads == sorted(set(heads))


def test_every_command_has_a_section_an_example_and_words_for_each_option(reference: ModuleType) -> None:
    page = reference.pages()["cli.md"]
    sections = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    assert len(sections) > 10
    for section in sections:
        name = section.splitlines()[0].strip("`")
        assert f"```shell\n{name}" in section, name
        for row in re.findall(r"^\| `.*$", section, flags=re.MULTILINE):
            assert row.count("|") == 4, row
            assert row.split("|")[2].strip(), row


def test_every_example_of_a_command_is_understood(reference: ModuleType) -> None:
    """Parsed, not run: some examples name files of the reader's own."""
    for path, command in reference.commands():
        for example in reference.sentence_and_examples(command.help)[1]:
            words = shlex.split(example)
            assert words[: len(path.split())] == path.split(), example
            command.make_context(path, words[len(path.split()) :])


def test_every_field_with_a_unit_and_every_column_has_its_sentence(reference: ModuleType) -> None:
    pages = reference.pages()
    fields = "".join(pages[name] for name in ("agreement-document.md", "settings.md"))
    for row in re.findall(r"^\| `\w+_(?:km|m|mm|h|min|deg)`.*$", fields, flags=re.MULTILINE):
        assert row.split("|")[3].strip(), row
    columns = re.findall(r"^\| `.*$", pages["tables.md"], flags=re.MULTILINE)
    assert len(columns) > 100
    assert [row for row in columns if not row.split("|")[3].strip()] == []


LOADING = re.compile(r"<(?:script|img|iframe|link(?! rel=\"canonical\"))[^>]+(?:src|href)=\"?(?:https?:)?//[^\"\s>]+")


def test_the_documentation_builds_without_a_warning_and_calls_nobody(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    called = {found for page in (tmp_path / "site").rglob("*.html") for found in LOADING.findall(page.read_text(encoding="utf-8"))}
    assert called == set()


@pytest.mark.parametrize(
    ("page", "calls"),
    [
        ('<script src="https://example.org/a.js">', 1),
        ('<link rel="stylesheet" href="//example.org/a.css">', 1),
        ('<img src="assets/report.png">', 0),
        ('<a href="https://example.org">', 0),
    ],
)
def test_a_page_that_calls_out_is_noticed_when_planted(page: str, calls: int) -> None:
    assert len(LOADING.findall(page)) == calls

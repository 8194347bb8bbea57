"""Every command and every line of Python in the documentation runs, and prints what the page says it prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .examples import Block, Command, agrees, blocks, pages

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SET_UP = re.compile(r"(make|git|cd) ")
"""Commands that prepare a machine or a checkout: shown to the reader, not run in a test."""


def environment(home: Path) -> dict[str, str]:
    """A plain terminal, one hundred columns wide, with this interpreter's commands first."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    plain = {"HOME": str(home), "PATH": path, "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1", "LANG": "C.UTF-8", "TZ": "UTC"}
    return plain | {name: value for name in ("NUMBA_CACHE_DIR", "TMPDIR") if (value := os.environ.get(name))}


def run(block: Block, folder: Path) -> list[str]:
    """Run the commands of a block; one sentence for each that did not do what the page shows."""
    commands = list(block.commands())
    wrong = []
    code = 0
    for number, command in enumerate(commands):
        if SET_UP.match(command.text):
            continue
        if command.text == "echo $?":
            code, output = 0, f"{code}\n"
        else:
            done = subprocess.run(
                ["bash", "-c", command.text],
                cwd=folder,
                env=environment(folder),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=300,
            )
            code, output = done.returncode, done.stdout
        asked = number + 1 < len(commands) and commands[number + 1].text == "echo $?"
        if (code and not asked) or not agrees(command.shown, output):
            wrong.append(difference(command, code, output))
    return wrong


def difference(command: Command, code: int, output: str) -> str:
    shown = "\n".join(command.shown)
    return f"line {command.line}: $ {command.text}\nexit code {code}; the page shows\n{shown}\nbut it prints\n{output}"


@pytest.mark.parametrize("page", pages(DOCS), ids=lambda path: path.relative_to(DOCS).as_posix())
def test_a_page_does_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "example"}
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.opted_out:
            continue
        if block.title:
            (tmp_path / block.title).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.title).write_text(block.body, encoding="utf-8")
        elif block.language == "console":
            wrong = run(block, tmp_path)
            assert not wrong, f"{page.name}:\n" + "\n\n".join(wrong)
        elif block.language == "python":
            exec(compile("\n" * block.line + block.body, str(page), "exec"), names)


@pytest.mark.parametrize(
    ("shown", "output", "same"),
    [
        (("5 kept",), "5 kept\n", True),
        (("5 kept",), "6 kept\n", False),
        (("5 kept",), "5 kept\n1 broken\n", False),
        (("5 kept", "..."), "5 kept\n1 broken\n", True),
        (("...", "1 broken"), "5 kept\n1 broken\n", True),
        (("took ... s",), "took 12.5 s\n", True),
        (("took ... s",), "took 12.5 min\n", False),
        ((), "anything\n", True),
    ],
)
def test_shown_output_is_compared_line_by_line(shown: tuple[str, ...], output: str, same: bool) -> None:
    assert agrees(shown, output) is same


def test_a_wrong_output_and_a_failing_command_are_noticed_when_planted(tmp_path: Path) -> None:
    page = "```console\n$ echo kept\nbroken\n$ false\n$ exit 3\n$ echo $?\n3\n```\n"
    (block,) = blocks(page)
    wrong = run(block, tmp_path)
    assert [sentence.split(":")[0] for sentence in wrong] == ["line 2", "line 4"]


def test_a_block_is_left_out_only_with_a_reason() -> None:
    reasoned, silent = blocks("Not run here: needs a download.\n\n```console\n$ false\n```\n\nText.\n\n```console\n$ false\n```\n")
    assert (reasoned.opted_out, silent.opted_out) == (True, False)

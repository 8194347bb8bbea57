"""Reads the examples out of a page of the documentation: files to write, commands to run, Python to execute.

What a page shows is what happens:

- a fenced block with `title="NAME"` is a file; it is written into the page's folder before what follows;
- in a `console` block each line after `$ ` is a command, and the lines below it are its whole output; a line `...` stands for any
  lines, and `...` inside a line for any text; a command may end with another code than 0 only if `$ echo $?` follows it;
- a `python` block is executed, all blocks of a page in one namespace;
- a paragraph that begins with "Not run here:" and a reason opts out the one block below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w+)(?P<options>[^\n`]*)\n(?P<body>.*?)^(?P=indent)``` *$", re.MULTILINE | re.DOTALL
)
TITLE = re.compile(r'title="([^"]+)"')
OPTED_OUT = re.compile(r"(?:^|\n\n)Not run here: \S[^\n]*(?:\n[^\n]+)*\n\s*$")


@dataclass(frozen=True)
class Command:
    """One command with the output that the page shows."""

    line: int
    text: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    line: int
    language: str
    title: str | None
    body: str
    opted_out: bool

    def commands(self) -> Iterator[Command]:
        """Yield the commands of a console block."""
        start, text, shown = 0, "", list[str]()
        for number, line in enumerate(self.body.splitlines(), self.line + 1):
            if line.startswith("$ "):
                if text:
                    yield Command(start, text, tuple(shown))
                start, text, shown = number, line[2:], []
            elif text.endswith("\\"):
                text = f"{text}\n{line}"
            else:
                shown.append(line)
        if text:
            yield Command(start, text, tuple(shown))


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page's Markdown, in order."""
    for match in FENCE.finditer(page):
        indent, title = match["indent"], TITLE.search(match["options"])
        body = "".join(line.removeprefix(indent) for line in match["body"].splitlines(keepends=True))
        before = page[: match.start()]
        yield Block(
            line=before.count("\n") + 1,
            language=match["language"],
            title=title[1] if title else None,
            body=body,
            opted_out=bool(OPTED_OUT.search(before)),
        )


def agrees(shown: tuple[str, ...], output: str) -> bool:
    """Whether the output is what a page shows, `...` standing for anything; blanks at the ends do not matter."""
    lines = [line.rstrip() for line in "\n".join(shown).strip("\n").splitlines()]
    if not lines:
        return True
    pattern = ""
    for line in lines:
        pattern += r"(?:.*\n)*" if line.strip() == "..." else ".*".join(map(re.escape, line.split("..."))) + r"\n"
    plain = "".join(f"{line.rstrip()}\n" for line in output.strip("\n").splitlines())
    return re.fullmatch(pattern, plain) is not None


def pages(docs: Path) -> list[Path]:
    """Every page of the documentation that has something to run."""
    return [
        path for path in sorted(docs.rglob("*.md")) if re.search(r"^ *```(console|python)", path.read_text("utf-8"), re.MULTILINE)
    ]

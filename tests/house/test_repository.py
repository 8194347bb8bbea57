"""What is kept under version control: no machine's paths, no package host, every dependency pinned by hash, known fragments."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("run.txt", "dev.txt")

# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a home folder": re.compile("/" + r"(?:root|home/\w+|Users/\w+)/"),
    "a drive": re.compile(r"\b[A-Z]:\\" + r"\w+"),
    "a folder of one machine": re.compile(r"(?<![\w.])/(?:work|mnt|workspace|opt)" + "/"),
    "a package host": re.compile("py" + r"pi\.org|python" + r"hosted\.org|npm" + r"js\.(?:org|com)|--(?:extra-)?index" + "-url "),
}


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a checkout: nothing is tracked here")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def findings(text: str) -> list[str]:
    return [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]


def test_no_tracked_file_names_a_machine_or_a_package_host() -> None:
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8192] and (what := findings(content.decode("utf-8", "replace"))):
            found[path.relative_to(ROOT).as_posix()] = what
    assert found == {}


@pytest.mark.parametrize("text", ["/ro" + "ot/x", "/ho" + "me/somebody/x", "C:" + "\\Users", "https://py" + "pi.org/simple"])
def test_a_machine_or_a_package_host_is_noticed_when_planted(text: str) -> None:
    assert findings(f"see {text} for more")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_pinned_with_hashes_and_without_a_host(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if not entry.startswith("#")]
    assert len(entries) > 20
    assert "://" not in text
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[\w,-]+\])?==[\w.!+]+[ \\]", entry), entry.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[0]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_declared_dependency_is_locked_at_a_version_it_allows(lock: str) -> None:
    groups = PROJECT["dependency-groups"]
    declared = [*PROJECT["project"]["dependencies"], *groups["build"]]
    if lock == "dev.txt":
        declared += [line for line in groups["dev"] if isinstance(line, str)]
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9._-]+)==([\w.]+)", text, flags=re.MULTILINE)
    for line in declared:
        requirement = Requirement(line)
        versions = [version for name, version in pins if name == canonicalize_name(requirement.name)]
        assert versions, f"run make lock: {requirement.name} is missing"
        assert all(requirement.specifier.contains(version) for version in versions), f"run make lock: {line}"


def test_what_runs_is_part_of_what_is_tested() -> None:
    pins = {lock: set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / lock).read_text(), flags=re.MULTILINE)) for lock in LOCKS}
    assert pins["run.txt"] <= pins["dev.txt"]


def test_every_changelog_fragment_has_a_name_a_known_kind_and_a_sentence() -> None:
    kinds = {kind["directory"] for kind in PROJECT["tool"]["towncrier"]["type"]}
    fragments = [path for path in (ROOT / "changelog.d").iterdir() if path.name not in (".gitignore", "README.md")]
    for path in fragments:
        match = re.fullmatch(r"[a-z0-9-]+\.([a-z]+)\.md", path.name)
        assert match, f"{path.name}: expected NAME.KIND.md"
        assert match[1] in kinds, f"{path.name}: expected one of {', '.join(sorted(kinds))}"
        assert path.read_text(encoding="utf-8").strip().endswith("."), f"{path.name}: expected whole sentences"


def test_every_target_of_make_says_what_it_does() -> None:
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    targets = {line.split(":")[0]: above for above, line in pairwise(lines) if re.match(r"[a-z]+:(?!=)", line)}
    assert len(targets) > 8
    assert [name for name, above in targets.items() if not re.fullmatch(r"# [A-Z].*[.]", above)] == []


def test_the_wheel_carries_library_templates_and_licence(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    expected = [
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "truceline").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert set(expected) <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if not name.startswith(("truceline/", "truceline-"))]

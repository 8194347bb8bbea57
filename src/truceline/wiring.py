"""The one place where real readers, stores and engines are chosen, and a mission folder is opened or made."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from truceline.adapters.clock import FixedClock, SystemClock
from truceline.adapters.documents import LoadedAgreement, read_agreement, read_document, shipped_agreement_path
from truceline.adapters.documents import shipped_agreements as shipped_ids
from truceline.adapters.feeds import reader_for
from truceline.adapters.store import SqliteStore
from truceline.agreement.geography import Geography
from truceline.compliance.evidence import NOTICE
from truceline.incidents.tables import UTC_TIME
from truceline.usecases.agreements import Explanation, explain
from truceline.usecases.mission import FeedSettings, Mission
from truceline.usecases.ports import Clock, FeedReader
from truceline.usecases.workspace import Workspace
from truceline.values.errors import InvalidDocument, InvalidRequest, Problem

if TYPE_CHECKING:  # the demonstration loads compilers and generators that no other command needs
    from truceline.exercise.play import Delivery, Play
    from truceline.exercise.scenario import Scenario
    from truceline.usecases.demo import DemoResult

MISSION_FILE = "mission.yaml"
STORE_FOLDER = ".truceline"


def find_mission(asked: Path | None) -> Path:
    """The mission folder: the one asked for, else the current folder or one above it, else the only one just below it.

    Raises InvalidRequest when there is none or more than one.
    """
    if asked is not None:
        if (asked / MISSION_FILE).is_file():
            return asked
        raise InvalidRequest(
            Problem(str(asked), f"a mission folder with {MISSION_FILE}", "none", "Make one with: truceline init FOLDER")
        )
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / MISSION_FILE).is_file():
            return folder
    below = sorted(path.parent for path in here.glob(f"*/{MISSION_FILE}"))
    if len(below) == 1:
        return below[0]
    found = ", ".join(folder.name for folder in below) or "none"
    raise InvalidRequest(
        Problem(
            str(here),
            "one mission in, above or just below this folder",
            found,
            "Name it with --mission FOLDER, or make one with: truceline init FOLDER",
        )
    )


@contextmanager
def open_mission(asked: Path | None = None, clock: Clock | None = None) -> Iterator[Workspace]:
    """Open a mission folder with its documents and its store; the store is closed at the end of the block."""
    folder = find_mission(asked)
    mission = read_document(folder / MISSION_FILE, Mission)
    loaded = read_agreement(folder / mission.agreement)
    feeds = read_document(folder / "feeds.yaml", FeedSettings) if (folder / "feeds.yaml").is_file() else None
    store = SqliteStore(folder / STORE_FOLDER)
    try:
        yield Workspace(
            folder=folder,
            mission=mission,
            agreement=loaded.agreement,
            geography=Geography(loaded.agreement, loaded.geometries),
            sources={source.id: source for source in feeds.sources} if feeds else {},
            places=read_places(folder / mission.places),
            notices=read_notices(folder / mission.notices),
            store=store,
            clock=clock or SystemClock(),
        )
    finally:
        store.close()


PLACES_SCHEMA = {"name": pl.String, "latitude": pl.Float64, "longitude": pl.Float64, "region": pl.String}


def read_places(path: Path) -> pl.DataFrame:
    """Named places of a mission; an empty frame if the file is not there."""
    return _read_small_table(path, PLACES_SCHEMA)


def read_notices(path: Path) -> pl.DataFrame:
    """Notices of exercises, demining and the like, NOTICE rows with times in ISO 8601 with zone; empty if there is no file."""
    texts = {name: pl.String if kind == UTC_TIME else kind for name, kind in NOTICE.schema.items()}
    frame = _read_small_table(path, texts)
    return NOTICE.conform(
        frame.with_columns(
            pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M%:z", time_unit="us").dt.convert_time_zone("UTC")
            for name, kind in NOTICE.schema.items()
            if kind == UTC_TIME
        )
    )


def _read_small_table(path: Path, schema: dict[str, Any]) -> pl.DataFrame:
    """A CSV kept by hand in the mission's folder; raises InvalidDocument when its columns or values are not as declared."""
    if not path.is_file():
        return pl.DataFrame(schema=schema)
    try:
        frame = pl.read_csv(path, comment_prefix="#", infer_schema=False)
        return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())
    except (pl.exceptions.PolarsError, OSError) as error:
        expected = f"CSV with the columns {', '.join(schema)}"
        raise InvalidDocument(Problem(str(path), expected, str(error).splitlines()[0], "Mend the file.")) from None


def reader_of(feed: str, workspace: Workspace) -> FeedReader:
    """The reader that takes a feed's files, set up with the mission's sources, zone, area and mappings."""
    feeds_file = workspace.folder / "feeds.yaml"
    feeds = read_document(feeds_file, FeedSettings) if feeds_file.is_file() else FeedSettings(format="truceline-feeds/1")
    return reader_for(feed, workspace.mission, feeds, workspace.folder, workspace.places)


def load_agreement(document: str) -> LoadedAgreement:
    """Read an agreement by path or by the id of a shipped one."""
    return read_agreement(agreement_path(document))


def agreement_path(document: str) -> Path:
    """The path of an agreement document named by path or by the id of a shipped one."""
    path = Path(document)
    if path.suffix in (".yaml", ".yml"):
        return path
    if path.is_dir():
        return path / "agreement.yaml"
    if document not in shipped_ids():
        raise InvalidRequest(
            Problem("agreement", f"a path or one of {', '.join(shipped_ids())}", repr(document), "See: truceline agreement list")
        )
    return shipped_agreement_path(document)


def shipped_agreements() -> list[dict[str, Any]]:
    """Id, status, number of terms and title of each shipped agreement."""
    loaded = [load_agreement(name).agreement for name in shipped_ids()]
    return [{"id": item.id, "status": item.status, "terms": len(item.terms), "title": item.title} for item in loaded]


def check_agreement(document: str) -> dict[str, Any]:
    """Read an agreement, raise all its problems, or return what it holds."""
    agreement = load_agreement(document).agreement
    return {
        "id": f"{agreement.id}/{agreement.version}",
        "title": agreement.title,
        "parties": ", ".join(party.name for party in agreement.parties),
        **{name: len(getattr(agreement, name)) for name in ("lines", "sectors", "zones", "terms", "stages", "open_questions")},
    }


def explain_agreement(loaded: LoadedAgreement, latitude: float, longitude: float, at: Any, uncertainty_m: float) -> Explanation:
    """Which terms were in force there and then, and why."""
    geography = Geography(loaded.agreement, loaded.geometries)
    return explain(loaded.agreement, geography, latitude, longitude, at, uncertainty_m)


def publish(workspace: Workspace, day: date, folder: Path | None) -> dict[str, Any]:
    """Publish the report of a day and write its files."""
    from truceline.adapters.typesetting import compile_pdf
    from truceline.usecases.report import publish_report

    published = publish_report(day, workspace, compile_pdf)
    target = folder or workspace.folder / "reports" / day.isoformat()
    target.mkdir(parents=True, exist_ok=True)
    files = []
    for name, content in published.documents.items():
        (target / name).write_bytes(content)
        files.append(str(target / name))
    return {**published.summary(), "files": files}


def golden_results() -> list[dict[str, Any]]:
    """Judge every shipped golden case; ours beside theirs."""
    from importlib.resources import files

    from truceline.usecases.golden import GoldenFile, run_golden

    cases = sorted(Path(str(files("truceline") / "library" / "golden")).glob("*.yaml"))
    return [result.to_json() for result in run_golden(load_agreement, [read_document(path, GoldenFile) for path in cases])]


def make_mission(folder: Path, agreement: str) -> list[str]:
    """Make a mission folder from a shipped agreement or a document; returns the names of its files.

    Raises InvalidRequest when the folder already holds a mission.
    """
    from truceline.usecases.init import mission_files

    if (folder / MISSION_FILE).exists():
        raise InvalidRequest(Problem(str(folder), "a folder without a mission", MISSION_FILE, "Choose another folder."))
    loaded = load_agreement(agreement)
    mission_id = "".join(letter if letter.isalnum() else "-" for letter in folder.resolve().name.lower()).strip("-") or "mission"
    texts = mission_files(loaded.agreement, loaded.geometries, mission_id)
    names = _copy_agreement(loaded, folder)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return sorted([*names, *texts])


def _copy_agreement(loaded: LoadedAgreement, folder: Path) -> list[str]:
    """Copy an agreement with its drawings and places into a mission folder."""
    source = loaded.path.parent
    places = ["places.csv"] if (source / "places.csv").is_file() else []
    for name in (*loaded.geometries, *places):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((source / name).read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "agreement.yaml").write_bytes(loaded.path.read_bytes())
    return ["agreement.yaml", *loaded.geometries, *places]


class DemoBench:
    """A mission folder in which a made-up month is watched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, delivery: Delivery) -> Path:
        """Put a delivered file under `feeds/`."""
        path = self._folder / "feeds" / delivery.feed / delivery.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(delivery.content)
        return path

    def reader(self, feed: str, workspace: Workspace) -> FeedReader:
        """The reader of a feed."""
        return reader_of(feed, workspace)

    def clock(self, now: datetime) -> Clock:
        """A clock that stands at an instant."""
        return FixedClock(now)


def make_demo_mission(folder: Path, scenario: Scenario) -> Play:
    """Make the demonstration's mission folder anew and play the month that it will watch.

    Raises InvalidRequest when the folder holds anything else than an earlier demonstration.
    """
    from truceline.exercise.mission import CLAIMS_MAPPING_TEXT, MISSION_TEXT, feeds_text
    from truceline.exercise.play import play

    if folder.exists() and any(folder.iterdir()) and not _is_demo(folder):
        raise InvalidRequest(
            Problem(str(folder), "no folder, or an earlier demonstration", "other files", "Give another --folder.")
        )
    shutil.rmtree(folder, ignore_errors=True)
    loaded = load_agreement("freeze-demo")
    _copy_agreement(loaded, folder)
    played = play(scenario, loaded.agreement, Geography(loaded.agreement, loaded.geometries))
    texts = {
        MISSION_FILE: MISSION_TEXT,
        "feeds.yaml": feeds_text(scenario.cameras, scenario.acoustic_sensors, scenario.patrols),
        "claims.mapping.yaml": CLAIMS_MAPPING_TEXT,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "notices.csv").write_bytes(played.notices)
    return played


def _is_demo(folder: Path) -> bool:
    from truceline.exercise.mission import MISSION_TEXT

    path = folder / MISSION_FILE
    return path.is_file() and path.read_text(encoding="utf-8") == MISSION_TEXT


def run_demo(folder: Path, seed: int, days: int, step: Callable[[int], None]) -> DemoResult:
    """Play, watch, report and score one made-up month."""
    from truceline.exercise.scenario import Scenario
    from truceline.usecases.demo import demo_result, keep_watch

    played = make_demo_mission(folder, Scenario(seed=seed, days=days))
    files: list[str] = []
    with open_mission(folder) as workspace:
        kept = keep_watch(played, workspace, DemoBench(folder), step)
        for period in played.periods[-2:]:
            files = publish(replace(workspace, clock=FixedClock(period.end + timedelta(hours=2))), period.day, None)["files"]
    return demo_result(kept, next(name for name in files if name.endswith(".html")))

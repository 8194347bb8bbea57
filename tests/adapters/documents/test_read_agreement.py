"""An agreement is read with the drawings it names; a drawing that cannot serve is told where the document names it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.adapters.documents.papers import LINE, Folder, changed

from truceline.adapters.documents import read_agreement, shipped_agreement_path, shipped_agreements
from truceline.agreement.geography import Geography
from truceline.values.errors import InvalidDocument

POINTS = [[-30.5, 45.0], [-30.0, 45.1], [-29.5, 45.0]]
RING = [[-30.47, 45.01], [-30.43, 45.01], [-30.43, 45.04], [-30.47, 45.01]]
AREA = "area: {shape: polygon, coordinates: [[45.0143, -30.47], [45.0143, -30.43], [45.0423, -30.43], [45.0423, -30.47]]}"


def line(coordinates: object, kind: object = "LineString") -> str:
    return json.dumps({"type": kind, "coordinates": coordinates})


@pytest.mark.parametrize("name", shipped_agreements())
def test_every_shipped_agreement_is_read_with_its_ground(name: str) -> None:
    loaded = read_agreement(shipped_agreement_path(name))
    ground = Geography(loaded.agreement, loaded.geometries)
    assert loaded.agreement.id == name
    assert all(ground.length_km(drawn.id) > 10 for drawn in loaded.agreement.lines)


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param(line(POINTS), id="bare"),
        pytest.param(line([POINTS[:2], POINTS[1:]], "MultiLineString"), id="in parts"),
        pytest.param(line([[*point, 120.0] for point in POINTS]), id="with heights"),
        pytest.param(json.dumps({"type": "Feature", "properties": {}, "geometry": json.loads(line(POINTS))}), id="feature"),
        pytest.param(
            json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": json.loads(line(POINTS))}]}),
            id="collection",
        ),
    ],
)
def test_a_line_is_read_however_geojson_wraps_it(folder: Folder, drawing: str) -> None:
    loaded = folder.read(drawing=drawing)
    assert Geography(loaded.agreement, loaded.geometries).length_km("line") == pytest.approx(82, abs=1)


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        pytest.param("", "GeoJSON in lines/line.geojson", id="empty"),
        pytest.param("null", "one LineString or MultiLineString in lines/line.geojson, found 0", id="null"),
        pytest.param("[" * 100_000, "GeoJSON in lines/line.geojson", id="brackets"),
        pytest.param('{"type": "Feature", "geometry": ' * 900 + "null" + "}" * 900, "found 0 of them", id="features in features"),
        pytest.param('{"type": "FeatureCollection", "features": [null, 1, {"type": "Feature"}]}', "found 0 of them", id="none"),
        pytest.param(line([RING], "Polygon"), "found 0 of them", id="an area for a line"),
        pytest.param(line(POINTS, ["LineString"]), "found 0 of them", id="a list as type"),
        pytest.param(line(POINTS).replace("-30.5", "NaN"), "finite numbers as coordinates", id="NaN"),
        pytest.param(line(POINTS).replace("-30.5", "1e999"), "finite numbers as coordinates", id="infinite"),
        pytest.param(line(POINTS).replace("-30.5", "true"), "finite numbers as coordinates", id="true"),
        pytest.param(line("here"), "finite numbers as coordinates", id="a word"),
        pytest.param(line(POINTS[:1]), "coordinates of a LineString", id="one point"),
        pytest.param(line([[-30.0, 45.0], [-29.0, 45.0, 1.0]]), "coordinates of a LineString", id="two and three numbers"),
        pytest.param(line([]), "longitude and latitude in degrees", id="no point"),
        pytest.param(line([[500_000, 4_500_000], [510_000, 4_500_000]]), "longitude and latitude in degrees", id="in metres"),
        pytest.param(line([POINTS[0], POINTS[0]]), "points that differ", id="one point twice"),
        pytest.param(line([[-30, 45], [-29, 46], [-29, 45], [-30, 46]]), "a line that does not cross itself", id="crossing itself"),
    ],
)
def test_a_drawing_that_cannot_serve_is_told_where_the_document_names_it(folder: Folder, drawing: str, said: str) -> None:
    told = folder.only(drawing=drawing)
    assert told.startswith("agreement.yaml:19:5 lines.0.file: expected ")
    assert said in told


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../../secret.geojson", "a file inside the document's folder"),
        ("/etc/hostname", "a file inside the document's folder"),
        ("outside.geojson", "a file inside the document's folder"),
        ("circle.geojson", "the file 'circle.geojson'"),
        ('"a\\0b"', "embedded null byte"),
        ("a" * 5000, "File name too long"),
        ('""', "the file ''"),
        ("lines", "the file 'lines'"),
        ("lines/lin.geojson", "No such file"),
    ],
)
def test_a_name_that_leads_nowhere_or_outside_is_refused(folder: Folder, name: str, said: str) -> None:
    (folder.path.parent / "secret.geojson").write_text(line(POINTS), encoding="utf-8")
    (folder.path / "outside.geojson").symlink_to(folder.path.parent / "secret.geojson")
    (folder.path / "circle.geojson").symlink_to(folder.path / "circle.geojson")
    told = folder.only(changed(LINE, name))
    assert told.startswith("agreement.yaml:19:5 lines.0.file: expected ")
    assert said in told


def test_a_file_cannot_be_both_a_line_and_an_area(folder: Folder) -> None:
    told = folder.only(changed(AREA, f"area: {{shape: polygon, file: {LINE}}}"))
    assert "zones.2.area.file: expected one Polygon or MultiPolygon in lines/line.geojson, found 0 of them" in told


@pytest.mark.parametrize(
    ("corners", "said"),
    [
        ("[[45.01, -30.47], [45.04, -30.43], [45.01, -30.43], [45.04, -30.47]]", "an area that does not cross itself"),
        ("[[4501, -30.47], [45.01, -30.43], [45.04, -30.43]]", "longitude and latitude in degrees"),
        ("[[45.01, -30.47], [45.01, -30.47], [45.01, -30.47]]", "points that differ"),
        ("[[45.0, -30.5], [45.25, -30.25], [45.5, -30.0]]", "an area that does not cross itself"),
    ],
)
def test_corners_written_in_the_document_are_checked_as_a_drawing_is(folder: Folder, corners: str, said: str) -> None:
    told = folder.only(changed(AREA, f"area: {{shape: polygon, coordinates: {corners}}}"))
    assert "zones.2.area.coordinates: expected" in told
    assert said in told


def test_wrong_references_and_wrong_drawings_are_told_together(folder: Folder) -> None:
    told = folder.problems(changed("where: withdrawal-15", "where: withdrawal-16"), drawing="null")
    assert [problem.where.rpartition(" ")[2] for problem in told] == ["terms.3.where", "lines.0.file"]
    assert told[0].next_step == "Did you mean 'withdrawal-15'?"
    assert told[0].where == f"{folder.document}:97:5 terms.3.where"


def test_an_agreement_that_is_not_shipped_is_told_as_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidDocument, match="found No such file"):
        read_agreement(shipped_agreement_path("nowhere"))

"""The ground of the demonstration and one made-up month on it."""

from __future__ import annotations

import pytest
from months import Ground, demo_ground

from truceline.exercise.play import Play, play
from truceline.exercise.scenario import Scenario


@pytest.fixture(scope="session")
def ground() -> Ground:
    return demo_ground()


@pytest.fixture(scope="session")
def month(ground: Ground) -> Play:
    return play(Scenario(seed=1), ground.agreement, ground.geography)

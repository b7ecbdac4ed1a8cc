"""One site with a console a module."""

from collections.abc import Iterator

import pytest

from tests.web.console.desk import Browser, Desk, open_desk


@pytest.fixture(scope="module")
def opened(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = open_desk(database, tmp_path_factory.mktemp("console"))
    yield desk
    desk.server.stop()


@pytest.fixture
def desk(opened: Desk) -> Desk:
    opened.reset()
    return opened


@pytest.fixture
def browser(desk: Desk) -> Browser:
    return desk.browser()

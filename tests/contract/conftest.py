"""What tests that drive an SDK may ask for."""

from collections.abc import Iterator

import pytest

from tests.sdks import (
    KINDS,
    Connect,
    OpenPage,
    Sdk,
    Servers,
    browsing,
    connecting,
    numbers,
    starting,
)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers by their environment."""
    with starting(tmp_path_factory) as servers:
        yield servers


@pytest.fixture(scope="module")
def open_page() -> Iterator[OpenPage]:
    """Opens pages with the SDK in them, in one browser."""
    with browsing() as open_page:
        yield open_page


@pytest.fixture(scope="module")
def connect(servers: Servers, open_page: OpenPage) -> Iterator[Connect]:
    """Connects an SDK, by its name, with a server that has a certain environment."""
    with connecting(servers, open_page) as connect:
        yield connect


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The name of an SDK."""
    name: str = request.param
    return name


@pytest.fixture
def sdk(connect: Connect, kind: str) -> Sdk:
    """An SDK with the server of `make run`."""
    return connect(kind)


@pytest.fixture
def phone() -> str:
    """A number nobody was sent anything at: one message in ten seconds is all a number gets."""
    return next(numbers)

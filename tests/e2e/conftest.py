"""What the tests of a deployment share: one cloud, and the stages that are deployed to it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.local.embedded import APP_ID
from tests.e2e import cloud as clouds
from tests.e2e import listener
from tests.e2e.cloud import Cloud
from tests.e2e.stage import Stage, configure, ended, repository
from tests.sdks import KINDS, Connect, OpenPage, Sdk, browsing, connecting, numbers
from tools.cloud import VENV

#: A number gets as many messages as a test wants, and codes come back without their number.
UNLIMITED = (
    "limit_number=",
    "limit_signature=",
    "limit_code_only=",
    "limit_address=",
    "limit_guesses=",
    "limit_captchas=",
)


@pytest.fixture(scope="session")
def set_up() -> None:
    """Skip the test where no emulator is set up; in CI it fails."""
    if (VENV / ".ready").exists():
        return
    lacking = "the emulated AWS is not set up: `make sdks` says why or does it"
    if os.environ.get("CI") == "true":
        pytest.fail(lacking)
    pytest.skip(lacking)


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository, whose stage `prod` sends by End User Messaging."""
    tree = repository(tmp_path_factory.mktemp("repository"))
    configure(tree, "prod", SENDERS="eum")
    return tree


@pytest.fixture(scope="session")
def cloud(set_up: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud, empty until something is deployed to it."""
    with clouds.running(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture(scope="session")
def stages(cloud: Cloud, tree: Path) -> dict[str, Stage]:
    """Two stages, deployed at one time, each with an app."""
    stages = {
        "dev": Stage(cloud, tree, "dev"),
        "prod": Stage(cloud, tree, "prod", app="the-app-of-prod"),
    }
    for process in [stage.deploying() for stage in stages.values()]:
        ended(process)
    stages["dev"].create_app("captcha_required=true", *UNLIMITED)
    listener.deploy(cloud)
    # Before anything is sent: a sandbox that knows the app hears of its hooks half a minute later.
    stages["dev"].operate("hooks", "set", APP_ID, "heard", "function", listener.NAME)
    stages["prod"].create_app()
    return stages


@pytest.fixture(scope="session")
def dev(stages: dict[str, Stage]) -> Stage:
    """The stage that most is asked of: SNS sends, and a captcha is read before each send."""
    return stages["dev"]


@pytest.fixture(scope="session")
def prod(stages: dict[str, Stage]) -> Stage:
    """The stage beside it, whose data is kept, and whose texts End User Messaging sends."""
    return stages["prod"]


@pytest.fixture(scope="module")
def open_page() -> Iterator[OpenPage]:
    """Opens pages with the JavaScript SDK in them, in one browser."""
    with browsing() as open_page:
        yield open_page


@pytest.fixture(scope="module")
def connect(dev: Stage, open_page: OpenPage) -> Iterator[Connect]:
    """Connects an SDK, by its name, with the stage."""
    with connecting(lambda: dev, open_page) as connect:
        yield connect


@pytest.fixture(params=KINDS)
def sdk(connect: Connect, request: pytest.FixtureRequest) -> Sdk:
    """An SDK that nobody is logged in with."""
    sdk = connect(request.param)
    sdk("log_out")
    return sdk


@pytest.fixture
def phone() -> str:
    """A number that nobody was sent anything at."""
    return next(numbers)

"""The administrator's commands."""

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib import operate
from chalicelib.domain.errors import Conflict
from chalicelib.local.embedded import APP_ID
from tests.conftest import Desk
from tests.faults import lost_reply, refusal
from tests.wire import PHONE, Door


@pytest.fixture
def run(desk: Desk, capsys: pytest.CaptureFixture[str]) -> "Run":
    return Run(desk, capsys)


class Run:
    """Runs a command and keeps what it said."""

    def __init__(self, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
        self.desk, self._capsys = desk, capsys

    def __call__(self, *arguments: str) -> str:
        status = operate.main(arguments)
        said = self._capsys.readouterr()
        assert status == 0, said.err
        self.desk.service.directory._known.clear()
        return said.out.strip()

    def fails(self, *arguments: str) -> str:
        assert operate.main(arguments) == 1
        said = self._capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1, "one clear line"
        return said.err


def keys(said: str) -> list[str]:
    return [line.split()[-1] for line in said.splitlines()]


def works(id: str, key: str) -> bool:
    return Door({"X-LC-Id": id, "X-LC-Key": key}).get("requestCaptcha").code == 0


def test_an_app_is_made_with_keys_that_work(run: Run) -> None:
    id, key, master, *_ = keys(run("create-app", "My Shop"))

    assert works(id, key)
    assert works(id, f"{master},master")
    assert f"{id}  My Shop" in run("list-apps").splitlines()


def test_an_app_brings_its_id_and_keys_from_leancloud(run: Run) -> None:
    id, key = "fakeappid000000000000-gzGzoHsz", "UtOCzqb67d3sN12Kts4URwy8"
    brought = ("--id", id, "--key", key, "--master-key", "DyJegPlemooo4X1tg94gQkw1")

    assert keys(run("create-app", "My Shop", *brought))[:2] == [id, key]

    assert works(id, key)
    assert "already" in run.fails("create-app", "Another", "--id", id)


def test_a_key_is_rotated_and_the_old_one_retired(run: Run) -> None:
    for part, flags in (("", ()), (",master", ("--master",))):
        id, *both, _ = keys(run("create-app", "天天商城"))
        old = both[bool(part)]
        new = run("rotate-key", id, *flags)

        assert works(id, old + part)
        assert works(id, new + part)
        run("retire-key", id, *flags)
        assert not works(id, old + part)
        assert works(id, new + part)


def test_an_app_is_made_ready_to_send_if_its_name_can_be_its_signature(run: Run) -> None:
    made = run("create-app", "天天商城", "--set", "home_region=CN")
    id, key, *_ = keys(made)
    assert "【天天商城】" in made
    shop = Door({"X-LC-Id": id, "X-LC-Key": key})
    assert shop.post("requestSmsCode", mobilePhoneNumber=PHONE).code == 0

    made = run("create-app", "My Shop")
    id, key, *_ = keys(made)
    assert "add-signature" in made
    shop = Door({"X-LC-Id": id, "X-LC-Key": key})
    assert shop.post("requestSmsCode", mobilePhoneNumber=PHONE).code == 605
    assert "plain_signatures" in run.fails("add-signature", id, "MyShop")
    assert run("add-signature", id, "我的Shop", "--name", "shop") == "【我的Shop】"
    assert shop.post("requestSmsCode", mobilePhoneNumber=PHONE, sign="shop").code == 0
    assert "【MyShop】" in run(
        "create-app", "My Shop", "--signature", "MyShop", "--set", "plain_signatures=true"
    )


def test_settings_are_shown_and_changed(run: Run) -> None:
    assert "  captcha_required = false" in run("show", APP_ID)

    run("set", APP_ID, "captcha_required=true", "limit_verification=5/1h")

    assert run.desk.send() == 608
    shown = run("show", APP_ID)
    assert "* captcha_required = true" in shown
    assert "local-master-key" not in shown
    assert "captcha_required" in run("settings")


def test_a_pepper_is_rotated_and_codes_that_are_out_stay_good(run: Run) -> None:
    run.desk.send()
    first = run.desk.service.secrets.read()

    assert "2 on the ring" in run("rotate-pepper")
    run.desk.service.secrets._ring = None

    assert run.desk.service.secrets.read().peppers[1:] == first.peppers
    assert run.desk.verify(run.desk.code()) == 0
    for _ in range(3):
        assert len(first.peppers[0].hex()) == 64
        assert first.peppers[0].hex() not in run("rotate-pepper")
    assert len(run.desk.service.secrets.read().peppers) == 3


def test_the_first_pepper_starts_the_service(run: Run) -> None:
    secrets = run.desk.service.secrets
    secrets._ssm.delete_parameter(Name=secrets.name)

    assert "1 on the ring" in run("rotate-pepper")


@pytest.mark.parametrize(
    "arguments",
    [
        ("create-app", ""),
        ("create-app", "x", "--id", "short"),
        ("create-app", "x", "--signature", "a b"),
        ("create-app", "x", "--set", "review=never"),
        ("add-signature", APP_ID, "a b"),
        ("add-signature", "nobody-knows", "天天"),
        ("show", "nobody-knows"),
        ("set", "nobody-knows", "captcha_required=true"),
        ("set", APP_ID, "captcha_required"),
        ("set", APP_ID, "captcha_required=perhaps"),
        ("set", APP_ID, "nothing=true"),
        ("rotate-key", "nobody-knows"),
        ("--stage", "moon", "list-apps"),
    ],
)
def test_a_mistake_is_one_clear_line(run: Run, arguments: tuple[str, ...]) -> None:
    assert run.fails(*arguments).startswith("operate: ")


def test_an_account_without_the_tables_is_said_to_be_so(run: Run) -> None:
    run.desk.faults.always("dynamodb.GetItem", refusal("ResourceNotFoundException"))

    run.desk.faults.always("dynamodb.Scan", refusal("UnrecognizedClientException"))

    assert "ResourceNotFound" in run.fails("show", APP_ID)
    assert "UnrecognizedClient" in run.fails("list-apps")


def test_two_administrators_do_not_undo_each_other(run: Run) -> None:
    apps = run.desk.service.directory
    read = apps.read(APP_ID)
    assert read
    run("rotate-key", APP_ID)

    with pytest.raises(Conflict):
        apps.change(read, read.with_settings(read.settings.set("captcha_required", "true")))


def test_an_app_whose_making_lost_its_reply_is_made_all_the_same(run: Run) -> None:
    run.desk.faults.next("dynamodb.PutItem", lost_reply(ReadTimeoutError))

    id, key, *_ = keys(run("create-app", "My Shop"))

    assert works(id, key)

"""Real courier processes against the emulator: started, stopped, killed in the middle of a send."""

import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from connectors.courier import POOL_SIZE
from connectors.zalo.transport import make_http
from storage.beat import Postponed, quietly
from storage.database import make_pool
from storage.queue import defer_delivery
from storage.settings import ROOT, child_environment
from tests.connectors.zalo.emulated import endpoints_of
from tests.connectors.zalo.office import SECRET, Office
from tests.emulator.serving import Hook, Town
from tests.pipeline import eventually

SECONDS = 60


@pytest.fixture(scope="module")
def living() -> Iterator[Town]:
    """A platform with the clock of the wall, as the processes have it."""
    hook = Hook().start()
    town = Town(hook)
    town.platform.clock.base = time.time
    town.found()
    yield town
    town.stop()
    hook.running.stop()


class Couriers(Office):
    """An office whose couriers are processes."""

    started: list[subprocess.Popen[bytes]]

    def start(self, name: str, var) -> subprocess.Popen[bytes]:
        places = endpoints_of(self.town)
        environment = child_environment(
            DATABASE_URL=self.url, MOTCUA_SECRET=SECRET, MOTCUA_VAR=str(var), MOTCUA_PLATFORM_API=places.openapi,
            MOTCUA_PLATFORM_OAUTH=places.oauth, MOTCUA_ATTACHMENT_HOSTS="127.0.0.1",
        )  # fmt: skip
        command = [sys.executable, "-W", "ignore", "-m", "connectors.courier", name]
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        self.started.append(process)
        return process

    async def say(self, talk, *texts: str) -> None:
        """Replies with their job, as a dialogue worker makes them."""
        await self.reply(talk, *texts)
        async with self.pool.connection() as connection:
            await defer_delivery(connection, self.station().queue, talk.id)

    async def all_sent(self) -> bool:
        return not await self.rows("SELECT 1 FROM delivery WHERE state <> 'sent'")

    async def any_sending(self) -> bool:
        return bool(await self.rows("SELECT 1 FROM delivery WHERE state = 'sending'"))


@pytest.fixture
async def couriers(living: Town, database: str) -> AsyncIterator[Couriers]:
    async with make_pool(database, size=POOL_SIZE) as pool, make_http() as http:
        made = Couriers(living, pool, http, database)
        made.started = []
        await made.open()
        yield made
        for process in made.started:
            process.kill()
            process.wait()


@pytest.mark.slow
async def test_a_courier_killed_in_the_middle_of_a_send_delivers_once_and_in_order(couriers, tmp_path) -> None:
    talk = await couriers.talk()
    first = couriers.start("courier-1", tmp_path)
    couriers.town.fault("slow", where="cs", seconds=2, count=1)
    await couriers.say(talk, "một", "hai")

    async def struck() -> bool:
        return couriers.town.look("statistics")["counts"].get("fault_slow", 0) > 0

    await eventually(struck, seconds=SECONDS, what="the send is under way")
    assert await couriers.any_sending()
    first.send_signal(signal.SIGKILL)
    first.wait()
    couriers.start("courier-2", tmp_path)
    await couriers.say(talk, "ba")
    await eventually(couriers.all_sent, seconds=SECONDS, what="everything is delivered")
    assert couriers.got(talk) == ["một", "hai", "ba"]
    assert not await couriers.rows("SELECT 1 FROM delivery WHERE maybe_doubled")


@pytest.mark.slow
async def test_several_couriers_work_together_and_stop_when_told(couriers, tmp_path) -> None:
    talks = [await couriers.talk() for _ in range(8)]
    processes = [couriers.start(f"courier-{n}", tmp_path) for n in (1, 2)]
    for n in range(3):
        for talk in talks:
            await couriers.say(talk, f"{n} một", f"{n} hai")
    await eventually(couriers.all_sent, seconds=SECONDS, what="everything is delivered")
    for talk in talks:
        assert couriers.got(talk) == [f"{n} {word}" for n in range(3) for word in ("một", "hai")]

    async def checked() -> bool:
        return (await couriers.account()).checked_at is not None

    await eventually(checked, seconds=SECONDS, what="one of them looks after the account")
    for process in processes:
        process.terminate()
    assert [process.wait(SECONDS) for process in processes] == [0, 0]


async def test_what_the_queue_logs_about_an_error_holds_no_text() -> None:
    async def fails(_: int) -> None:
        raise ValueError("Failing row contains (bí mật)")

    with pytest.raises(Postponed) as raised:
        await quietly(fails)(7)
    assert str(raised.value) == "7: ValueError" and raised.value.__suppress_context__


def test_a_courier_never_loads_rasa() -> None:
    code = "import sys, connectors.courier; print([m for m in ('rasa', 'rasa_sdk', 'tensorflow') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "[]", done.stderr

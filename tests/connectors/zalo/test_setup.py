"""Connecting an account over real HTTP: consent, code, tokens."""

import pytest

from connectors.zalo import setup
from connectors.zalo.oauth import TokenRefused, make_pkce
from connectors.zalo.setup import NotConnected
from tests.connectors.zalo.emulated import endpoints_of
from tests.connectors.zalo.office import SECRET

BACK = "https://example.vn/back"


def consent_of(office) -> setup.Consent:
    return setup.begin(endpoints_of(office.town), office.town.app["app_id"], BACK, make_pkce())


async def finish(office, code: str, consent: setup.Consent, oa_id: str = "") -> None:
    await setup.finish(
        office.pool, office.http, endpoints_of(office.town), SECRET, oa_id=oa_id or office.town.oa["oa_id"],
        code=code, consent=consent, now=office.now(),
    )  # fmt: skip


async def test_a_consent_connects_the_account(office) -> None:
    await office.execute("UPDATE channel_account SET state = 'consent_needed', tokens = NULL")
    consent = consent_of(office)
    answer = await office.http.get(consent.address)
    code = setup.code_of(answer.headers["location"], consent, office.town.oa["oa_id"])
    await finish(office, code, consent)
    assert (await office.account()).state == "connected"
    talk = await office.talk()
    await office.reply(talk, "một")
    await office.deliver(talk)
    assert office.got(talk) == ["một"]
    with pytest.raises(TokenRefused):
        await finish(office, code, consent)


async def test_only_the_answer_to_this_consent_of_this_account_counts(office) -> None:
    consent, oa_id = consent_of(office), office.town.oa["oa_id"]
    good = f"{BACK}?code=c&oa_id={oa_id}&state={consent.state}"
    assert setup.code_of(good, consent, oa_id) == "c"
    for bad in ("", f"{BACK}?code=c&oa_id={oa_id}&state=x", good.replace(oa_id, "1"), good.replace("code=c", "")):
        with pytest.raises(NotConnected):
            setup.code_of(bad, consent, oa_id)
    with pytest.raises(NotConnected):
        await finish(office, "c", consent, "1")
    assert consent.verifier not in repr(consent)

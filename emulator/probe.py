"""Registration of a webhook's address."""

from __future__ import annotations

import httpx

PROBE_SECONDS = 5.0
NO_WEBHOOK = "Không thể kết nối với webhook"


async def probe(url: str, *, get: bool) -> str:
    """Registration of an address: an unsigned POST of `{}` must get 200; returns what is wrong, or "".

    not documented: whether there is also a GET.
    """
    async with httpx.AsyncClient(timeout=PROBE_SECONDS, trust_env=False) as client:
        try:
            answers = [await client.post(url, content=b"{}", headers={"Content-Type": "application/json"})]
            if get:
                answers.append(await client.get(url))
        except (httpx.HTTPError, httpx.InvalidURL):
            return NO_WEBHOOK
    return "" if all(answer.status_code == 200 for answer in answers) else NO_WEBHOOK

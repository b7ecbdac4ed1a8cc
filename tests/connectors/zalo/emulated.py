"""Where the emulator of a test is, in the connector's words."""

from connectors.zalo.transport import Endpoints
from tests.emulator.serving import Town


def endpoints_of(town: Town) -> Endpoints:
    url = town.running.url
    return Endpoints(openapi=f"{url}/openapi", oauth=f"{url}/oauth", business=f"{url}/business")

"""Connections that end without an answer."""

import socket

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from emulator.drop import Drop, Droppable
from tests.emulator.serving import Running


async def drop(request) -> Drop:
    return Drop(0)


def make() -> Droppable:
    return Droppable(routes=[Route("/", drop, methods=["POST"])])


def test_the_client_sees_a_reset_and_not_one_byte() -> None:
    running = Running(make())
    with socket.create_connection(("127.0.0.1", int(running.url.rpartition(":")[2])), timeout=5) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        with pytest.raises(ConnectionResetError):
            line.recv(100)
    running.stop()


def test_a_server_without_connections_is_a_mistake_and_no_silent_success() -> None:
    with pytest.raises(RuntimeError, match="no access"):
        TestClient(make()).post("/")

import httpx

from tests.web.conftest import Citizen
from tests.web.serving import Server


def test_a_page_that_does_not_exist_says_so_in_vietnamese(server: Server) -> None:
    response = httpx.get(f"{server.url}/khong-co")
    assert response.status_code == 404 and "Không có trang này." in response.text and 'href="tel:113"' in response.text


def test_a_script_gets_json(server: Server) -> None:
    response = httpx.get(f"{server.url}/khong-co", headers={"Accept": "application/json"})
    assert response.json() == {"message": "Không có trang này."}


def test_only_posts_are_accepted_as_messages(server: Server) -> None:
    assert httpx.get(f"{server.url}/chat/messages").status_code == 405


def test_a_wrong_type_is_a_page_for_people(server: Server, citizen: Citizen) -> None:
    response = httpx.post(f"{server.url}/chat/messages", content=b"x", headers={"Content-Type": "text/plain"})
    assert response.status_code == 415 and 'role="alert"' in response.text

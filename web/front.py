"""What the pages are made of: templates, static files, and the menu and welcome that officers edit in `data/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from procedures.load import Loader
from storage.settings import Settings
from web.assets import Assets
from web.markup import reply_html
from web.view import Bubble

TEMPLATES = Path(__file__).parent / "templates"
WELCOME = "Xin chào anh/chị."


@dataclass(frozen=True)
class Front:
    """Renders pages and parts of pages."""

    templates: Environment
    assets: Assets
    menu: tuple[str, ...]

    def page(self, name: str, **values: Any) -> str:
        """A whole page."""
        return self.templates.get_template(name).render(**values)

    def turn(self, bubbles: Sequence[Bubble]) -> str:
        """The list items of one turn, the same as on the page."""
        return self.templates.get_template("bubbles.html").render(bubbles=bubbles, newest=True)


def read_front(settings: Settings) -> Front:
    """Read templates, static files, and the menu and welcome of the knowledge base."""
    desk = Loader(settings.data)
    menu, unit, helps = (
        desk.choices().get("menu"),
        desk.units().get(settings.unit),
        desk.replies().get("ask_help"),
    )
    assets = Assets()
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    labels = tuple(option.label for option in menu.options) if menu else ()
    templates.globals.update(
        asset=assets.url,
        fonts=assets.fonts(),
        menu=labels,
        unit=unit.name if unit else "",
        welcome=reply_html("\n".join([WELCOME, *([helps.text] if helps else [])])),
    )
    return Front(templates, assets, labels)

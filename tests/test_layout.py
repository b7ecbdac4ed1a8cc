"""The rules of DESIGN §3: who may import whom, where the environment is read, how long things are, and the mirror."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "actions",
    "components",
    "connectors",
    "dialogue",
    "emulator",
    "handoff",
    "procedures",
    "storage",
    "tools",
    "web",
)
APART = {"actions", "components", "connectors", "web"}
MAX_MODULE, MAX_FUNCTION = 400, 40
TOGETHER = "web/__main__.py imports connectors"
"""Adds the routes of connectors to the site's."""
UNMIRRORED = {
    "web/__main__.py": "starts uvicorn; tests/e2e runs it",
    "tools/run.py": "tests/e2e runs it",
    "tools/train.py": "two branches around tools.process.train, which tests/tools covers",
    "tools/baseline/stock_actions.py": "tests/tools/test_bench.py runs it",
    "tools/bench_baseline.py": "measures the stock project; `make bench` runs it",
    "tools/bench_install.py": "measures an installation; `make bench` runs it",
    "tools/bench_load.py": "measures an installation; `make bench` runs it",
    "tools/bench_turns.py": "measures turns; `make bench` runs it",
    "storage/intake.py": "tests/connectors/zalo/test_webhook.py, through the app",
    "storage/console.py": "tests/connectors/zalo/test_pages.py, through the app",
    "web/console/checking.py": "tests/web/console/test_login.py, through the app",
    "web/console/routes.py": "tests/web/console/test_accounts.py, through the app",
    "web/console/stopped.py": "tests/web/console/test_frame.py, through the app",
    "web/site.py": "tests/web/test_chat.py, through the app",
    "web/workers.py": "tests/web/test_health.py, through the app",
    "actions/knowledge.py": "tests/dialogue/test_knowledge.py covers the provider",
}
ALSO_TESTED_IN = {
    "actions": "tests/actions/test_actions.py",
    "components": "tests/components",
    "procedures": "tests/procedures",
    "tools": "tests/tools",
    "web": "tests/web",
}
"""Thin modules of these packages may be tested together, through what they are for."""


def modules(*packages: str) -> Iterator[Path]:
    for package in packages or PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """The first parts of everything a module imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def offenders(packages: tuple[str, ...], forbidden: set[str]) -> list[str]:
    return [
        f"{name(path)} imports {other}" for path in modules(*packages) for other in sorted(imports(path) & forbidden)
    ]


def others(*allowed: str) -> tuple[str, ...]:
    return tuple(package for package in PACKAGES if package not in allowed)


def test_rasa_is_known_to_the_components_and_the_dialogue_only() -> None:
    assert not offenders(others("components", "dialogue", "tools"), {"rasa"})


def test_the_action_sdk_is_known_to_actions_and_the_dialogue_only() -> None:
    assert not offenders(others("actions", "dialogue", "tools"), {"rasa_sdk"})


@pytest.mark.parametrize("package", ["procedures", "handoff"])
def test_the_pure_libraries_import_nothing_of_ours(package) -> None:
    assert not offenders((package,), set(PACKAGES) - {package})


@pytest.mark.parametrize("package", sorted(APART))
def test_the_outer_packages_never_import_each_other(package) -> None:
    found = offenders((package,), APART - {package})
    assert [one for one in found if one != TOGETHER] == []


def test_one_module_knows_the_site_and_the_connectors() -> None:
    assert TOGETHER in offenders(("web",), {"connectors"})


def test_nobody_imports_the_verbs_of_the_makefile() -> None:
    assert not offenders(others("tools"), {"tools"})


def test_the_environment_is_read_in_one_place() -> None:
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        reads = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in ("environ", "getenv")
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
        ]
        assert not reads or name(path) == "storage/settings.py", name(path)


def test_the_wall_clock_is_read_in_one_place() -> None:
    found = [
        f"{name(path)}:{node.lineno}"
        for path in modules("actions", "dialogue", "handoff", "storage")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow")
        and isinstance(node.value, ast.Name) and node.value.id in ("datetime", "date")
    ]  # fmt: skip
    assert all(place.startswith("storage/settings.py") for place in found), found


@pytest.mark.parametrize("module", ["web.site", "web.chat", "web.app", "web.console.routes", "web.__main__"])
def test_the_web_process_never_loads_rasa(module) -> None:
    code = f"import sys, {module}; print([m for m in ('rasa', 'rasa_sdk', 'tensorflow') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_no_module_is_too_long() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert not {path: length for path, length in lengths.items() if length > MAX_MODULE}


def test_no_function_is_too_long() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= MAX_FUNCTION
    ]
    assert not long


def test_every_module_has_its_tests() -> None:
    missing = []
    for path in modules():
        test = ROOT / "tests" / path.relative_to(ROOT).parent / f"test_{path.stem}.py"
        together = ALSO_TESTED_IN.get(path.relative_to(ROOT).parts[0])
        listed = name(path) in UNMIRRORED or path.stem == "__init__"
        if not test.exists() and not listed and not (together and _mentions(ROOT / together, path)):
            missing.append(name(path))
    assert not missing


def _mentions(place: Path, module: Path) -> bool:
    """Whether tests that cover several modules import this one."""
    dotted = ".".join(module.relative_to(ROOT).with_suffix("").parts)
    tests = place.rglob("*.py") if place.is_dir() else [place]
    package, _, last = dotted.rpartition(".")
    return any(
        dotted in text or (f"from {package} import" in text and last in text)
        for text in (test.read_text(encoding="utf-8") for test in tests)
    )


def test_nothing_is_listed_that_is_gone() -> None:
    assert not [path for path in UNMIRRORED if not (ROOT / path).exists() and path != "web/__main__.py"]

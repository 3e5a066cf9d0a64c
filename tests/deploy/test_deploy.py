"""What is handed out to run the service with: files that fit each other, the code, and the packages it needs."""

from __future__ import annotations

import configparser
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.service.conftest import start
from typer.testing import CliRunner

from xianjie.cli import create_app
from xianjie.service.door.provider import VARIABLES as OIDC
from xianjie.service.running.settings_variables import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "xianjie.service"
CONTAINER = DEPLOY / "Containerfile"
NGINX = DEPLOY / "nginx.conf"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)(?: ; (.+?))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(file: Path) -> dict[str, int]:
    """Read a lock file: each package with the number of its hashes; every line must be one that is understood."""
    found: dict[str, int] = {}
    name = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if pinned := PINNED.match(line):
            name = canonical(pinned[1])
            assert name not in found
            found[name] = 0
        elif HASH.match(line):
            found[name] += 1
        else:
            assert re.match(r"^\s*#", line), line
    return found


def needed(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"], *(one for extra in extras for one in project["optional-dependencies"][extra])]
    return {canonical(re.split(r"[^A-Za-z0-9._-]", one, maxsplit=1)[0]) for one in listed}


# -- what is locked ----------------------------------------------------------------------------------------------------


def test_everything_that_service_needs_is_locked_with_hashes() -> None:
    found = locked(ROOT / "requirements.lock")
    assert needed("otel") - set(found) == set(), "run make lock"
    assert [name for name, hashes in found.items() if not hashes] == []
    assert len(found) > len(needed("otel"))  # what these need in their turn


def test_nothing_that_only_development_needs_is_locked() -> None:
    found = set(locked(ROOT / "requirements.lock"))
    assert found & {"pytest", "hypothesis", "schemathesis", "mypy", "ruff", "uv", "cyclonedx-bom"} == set()


def test_what_builds_is_locked_with_hashes() -> None:
    found = locked(DEPLOY / "build.lock")
    asked = re.findall(r"^([a-z-]+)>", (DEPLOY / "build.in").read_text(encoding="utf-8"), re.M)
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    assert {canonical(one) for one in asked} | {"hatchling"} <= set(found)
    assert all(one.startswith("hatchling") for one in backend)
    assert all(found.values())


@pytest.mark.parametrize("file", ["requirements.lock", "deploy/build.lock"])
def test_no_host_and_no_path_of_a_machine_stands_in_a_lock(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"https?://|file:|--index|--find-links|--extra-index|/home/|/work/|@ ", text)


def test_the_locked_versions_fit_what_is_asked_for() -> None:
    """A range that was moved up leaves a lock behind that cannot be installed with it."""
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = {canonical(found[1]): found[2] for line in text.splitlines() if (found := PINNED.match(line))}
    for one in project["dependencies"]:
        requirement = Requirement(one)
        assert requirement.specifier.contains(pins[canonical(requirement.name)], prereleases=True), one


# -- systemd -----------------------------------------------------------------------------------------------------------


def unit() -> dict[str, dict[str, list[str]]]:
    """Read the unit; a name may stand several times."""
    found: dict[str, dict[str, list[str]]] = {}
    here: dict[str, list[str]] = {}
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        if line.startswith("["):
            here = found.setdefault(line.strip("[]"), {})
        else:
            name, _, value = line.partition("=")
            here.setdefault(name, []).append(value)
    return found


def test_the_unit_is_well_formed_and_shut_in() -> None:
    configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",)).read_string(
        UNIT.read_text(encoding="utf-8")
    )
    service = unit()["Service"]
    for name, value in (
        ("DynamicUser", "yes"),
        ("ProtectSystem", "strict"),
        ("NoNewPrivileges", "yes"),
        ("StateDirectory", "xianjie"),
        ("StateDirectoryMode", "0700"),
        ("LoadCredential", "keys:/etc/xianjie/keys.json"),
        ("CapabilityBoundingSet", ""),
    ):
        assert service[name] == [value], name
    assert "WatchdogSec" not in service
    assert int(service["TimeoutStopSec"][0]) > 15  # the service's own bound
    assert service["ExecReload"] == ["/bin/kill -HUP $MAINPID"]


def test_what_the_unit_starts_is_a_command_that_there_is() -> None:
    (start,) = unit()["Service"]["ExecStart"]
    program, *arguments = start.split()
    assert Path(program).name == "xianjie"
    assert CliRunner().invoke(create_app(), [*arguments, "--help"]).exit_code == 0


def test_the_unit_sets_variables_that_mean_something() -> None:
    named = re.findall(r"XIANJIE_[A-Z_]+", UNIT.read_text(encoding="utf-8") + CONTAINER.read_text(encoding="utf-8"))
    assert set(named) <= {one.name for one in VARIABLES} | set(OIDC)
    assert {"XIANJIE_HOME", "XIANJIE_KEYS_FILE"} <= set(named)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_systemd_itself_finds_nothing_wrong(tmp_path: Path) -> None:
    copy = tmp_path / "xianjie.service"  # the program is not installed here
    text = UNIT.read_text(encoding="utf-8").replace("/opt/xianjie/bin/xianjie", "/bin/true")
    copy.write_text(text, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", str(copy)]
    shut_in = subprocess.run(command, capture_output=True, text=True, check=False)
    assert shut_in.returncode == 0, shut_in.stdout[-300:]  # of 100; a unit that says nothing has 96


# -- the container -----------------------------------------------------------------------------------------------------


def instructions() -> Iterator[tuple[int, str, str]]:
    """Read the instructions with the number of their stage; lines that go on are put together."""
    text = re.sub(r"^#.*\n", "", CONTAINER.read_text(encoding="utf-8"), flags=re.M).replace("\\\n", " ")
    stage = -1
    for line in text.splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            stage += name == "FROM"
            yield stage, name, " ".join(rest.split())


def stage(number: int, name: str) -> list[str]:
    return [rest for here, one, rest in instructions() if (here, one) == (number, name)]


def test_the_container_has_two_stages_of_which_the_last_cannot_build() -> None:
    assert {number for number, _, _ in instructions()} == {0, 1}
    assert all("debian:" in stage(number, "FROM")[0] and "-slim" in stage(number, "FROM")[0] for number in (0, 1))
    last = " ".join(stage(1, "RUN"))
    assert not re.search(r"build-essential|gcc|python3-dev|python3-venv|pip\b", last)
    assert stage(1, "COPY") == ["--from=build /opt/xianjie /opt/xianjie"]
    assert "--without-pip" in " ".join(stage(0, "RUN"))


def test_the_container_installs_nothing_without_its_hash() -> None:
    for command in stage(0, "RUN"):
        for one in re.findall(r"pip (?:install|wheel)[^&]*|pip --python[^&]*", command):
            known = "--require-hashes" in one or "--no-index" in one or one.rstrip().endswith(" .")
            assert known, one
            assert "--require-hashes" in one or "--no-deps" in one


def test_the_container_runs_as_nobody_in_particular_and_tells_its_health() -> None:
    assert re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", stage(1, "USER")[0])
    names = [name for here, name, _ in instructions() if here == 1]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert "/readyz" in stage(1, "HEALTHCHECK")[0]
    assert stage(1, "VOLUME") == ["/var/lib/xianjie"]
    assert not any("keys" in one.lower() and "=" in one and "KEYS" in one for one in stage(1, "ENV"))


def test_the_container_s_health_is_asked_of_a_service_as_it_is_set(tmp_path: Path) -> None:
    (_, _, program) = json.loads(stage(1, "HEALTHCHECK")[0].partition("CMD ")[2])
    server = start(tmp_path / "log")

    def asked(port: int) -> int:
        env = {**os.environ, "XIANJIE_PORT": str(port)}
        command = [sys.executable, "-c", program]
        return subprocess.run(command, env=env, stderr=subprocess.DEVNULL, timeout=30, check=False).returncode

    assert asked(server.port) == 0
    port = server.port
    server.stop()
    assert asked(port) != 0


def test_what_the_container_copies_is_there() -> None:
    for given in stage(0, "COPY"):
        *files, _ = given.split()
        assert all((ROOT / file).exists() for file in files), given


def test_the_container_does_not_start_open_to_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in re.findall(r"(XIANJIE_[A-Z_]+)=(\S+)", stage(1, "ENV")[0]):
        monkeypatch.setenv(*setting)
    done = CliRunner().invoke(create_app(), stage(1, "CMD")[0].strip('["]').split('", "'))
    assert done.exit_code == 2
    assert "[serve-auth]" in done.stderr


# -- nginx -------------------------------------------------------------------------------------------------------------


def test_the_proxy_s_example_fits_the_service() -> None:
    text = re.sub(r"#.*", "", NGINX.read_text(encoding="utf-8"))
    assert text.count("{") == text.count("}")
    for line in text.splitlines():
        assert not line.strip() or line.rstrip()[-1] in "{};", line
    for setting in (
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header Host $host;",
        "client_max_body_size 64m;",
        "server 127.0.0.1:8765;",
    ):
        assert setting in " ".join(text.split()), setting
    assert "proxy_add_x_forwarded_for" not in text  # would hand on what the client said of itself


# -- the bill of materials ---------------------------------------------------------------------------------------------


@pytest.fixture
def sbom() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sbom", DEPLOY / "sbom.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_bill_says_what_xianjie_depends_on_in_service(sbom: ModuleType) -> None:
    from xianjie.version import __version__

    root = {"bom-ref": "root-component", "name": "xianjie", "type": "application"}
    listed = [{"bom-ref": f"{name}==1", "name": name} for name in ("fastapi", "pytest", "ruamel.yaml", "starlette")]
    bill: dict[str, Any] = {
        "metadata": {"component": root},
        "components": listed,
        "dependencies": [
            {"ref": "root-component", "dependsOn": ["fastapi==1", "pytest==1", "ruamel.yaml==1"]},
            {"ref": "fastapi==1", "dependsOn": ["starlette==1"]},
            {"ref": "pytest==1"},
        ],
    }
    made = sbom.completed(bill)
    assert made["metadata"]["component"]["version"] == __version__
    assert made["metadata"]["component"]["purl"] == f"pkg:pypi/xianjie@{__version__}"
    assert made["dependencies"][0]["dependsOn"] == ["fastapi==1", "ruamel.yaml==1"]
    assert made["dependencies"][1]["dependsOn"] == ["starlette==1"]


def test_the_bill_and_this_test_name_the_same_packages(sbom: ModuleType) -> None:
    assert sbom.runtime() == needed("otel")
    assert sys.version_info >= (3, 11)


def test_make_has_the_targets() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("lock", "sbom"):
        assert re.search(rf"^{target}: .*## ", text, re.M)
        assert re.search(rf"^\.PHONY:.*\b{target}\b", text, re.M)

"""Write what requirements.lock installs as a CycloneDX bill of materials: sbom.cdx.json, checked against its schema.

The packages are installed into an environment of their own, with their hashes checked, and read out of it: so the bill
holds licences and dependencies, and nothing of the tools that this project is developed with.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = ("otel",)
"""The extras that are locked as well."""


def main(to: Path) -> None:
    """Write the bill."""
    with tempfile.TemporaryDirectory() as name:
        environment, written = Path(name) / "environment", Path(name) / "bill.json"
        install(environment)
        tool = Path(sys.executable).with_name("cyclonedx-py")
        command = [str(tool), "environment", "--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible"]
        command += ["--sv", "1.6", "--of", "JSON", "-o", str(written), str(environment / "bin" / "python")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        bill = completed(json.loads(written.read_text(encoding="utf-8")))
    text = json.dumps(bill, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        raise SystemExit(f"not a good bill of materials: {wrong}")
    beside = to.with_name(f".{to.name}.writing")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, to)
    sys.stdout.write(f"{to.name}: {len(bill['components'])} components\n")


def install(environment: Path) -> None:
    """Install what is locked."""
    uv = str(Path(sys.executable).with_name("uv"))
    flags = f"{os.environ.get('CPPFLAGS', '')} -DPyEval_CallObject=PyObject_CallObject"  # durable-rules on 3.13
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(environment)], check=True)
    command = [uv, "pip", "install", "--quiet", "--python", str(environment), "--require-hashes"]
    subprocess.run([*command, "-r", str(ROOT / "requirements.lock")], check=True, env={**os.environ, "CPPFLAGS": flags})


def completed(bill: dict[str, Any]) -> dict[str, Any]:
    """Give xianjie its version, and say what it depends on in service alone."""
    text = (ROOT / "core" / "xianjie" / "version.py").read_text(encoding="utf-8")
    (version,) = re.findall(r'__version__ = "([^"]+)"', text)
    bill["metadata"]["component"] |= {"version": version, "purl": f"pkg:pypi/xianjie@{version}"}
    wanted = runtime()
    names = {one["bom-ref"]: canonical(one["name"]) for one in bill["components"]}
    root = bill["metadata"]["component"]["bom-ref"]
    for one in bill["dependencies"]:
        if one["ref"] == root:
            one["dependsOn"] = [ref for ref in one.get("dependsOn", ()) if names[ref] in wanted]
    return bill


def runtime() -> set[str]:
    """Name what pyproject.toml says is needed in service."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"], *(one for extra in EXTRAS for one in project["optional-dependencies"][extra])]
    return {canonical(re.split(r"[^A-Za-z0-9._-]", one, maxsplit=1)[0]) for one in needed}


def canonical(name: str) -> str:
    """Write a package's name as indexes do (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main(ROOT / "sbom.cdx.json")

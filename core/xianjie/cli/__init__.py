"""The command line: one module for each family of commands; whatever is heavy is imported when a command runs."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from xianjie.version import __version__

__all__ = ["create_app", "main"]


def create_app() -> typer.Typer:
    """Build the application with all its commands."""
    from xianjie.cli.access import access_app
    from xianjie.cli.ask import ask
    from xianjie.cli.assess import assess
    from xianjie.cli.audit import audit_app
    from xianjie.cli.batch import batch_app
    from xianjie.cli.check import check
    from xianjie.cli.compare import compare
    from xianjie.cli.diff import diff
    from xianjie.cli.drift import drift
    from xianjie.cli.explain import explain
    from xianjie.cli.impact import impact
    from xianjie.cli.inventory import coverage
    from xianjie.cli.keys import keys_app
    from xianjie.cli.lint import lint
    from xianjie.cli.population import population_app
    from xianjie.cli.prove import prove
    from xianjie.cli.regions import regions
    from xianjie.cli.rules import rules
    from xianjie.cli.scaffold import new_region
    from xianjie.cli.schema import schema
    from xianjie.cli.serve import serve
    from xianjie.cli.source import source_app
    from xianjie.cli.store import store_app
    from xianjie.cli.suite import suite
    from xianjie.cli.why_not import why_not

    app = typer.Typer(
        name="xianjie",
        help="衔接：政府救助与慈善帮扶衔接政策的规则引擎 / policies that join government aid to charity, as rules",
        no_args_is_help=True,
        pretty_exceptions_enable=False,  # a traceback with local values would show personal data
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback()(_root)
    for command in (assess, explain, regions, rules, coverage, lint, schema):
        app.command()(command)
    app.command("ask")(ask)
    app.command("check")(check)
    app.command("compare")(compare)
    app.command("diff")(diff)
    app.command("drift")(drift)
    app.command("impact")(impact)
    app.command("prove")(prove)
    app.command("serve")(serve)
    app.command("suite")(suite)
    app.command("why-not")(why_not)
    app.command("new-region")(new_region)
    app.add_typer(access_app(), name="access")
    app.add_typer(audit_app(), name="audit")
    app.add_typer(batch_app(), name="batch")
    app.add_typer(keys_app(), name="keys")
    app.add_typer(population_app(), name="population")
    app.add_typer(source_app(), name="source")
    app.add_typer(store_app(), name="store")
    return app


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"xianjie {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 / print the version")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; output is UTF-8 wherever it goes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    create_app()()

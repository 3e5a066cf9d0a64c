"""`xianjie population`: a whole population, in files or a database, assessed; one module a family of commands."""

from __future__ import annotations

import typer


def population_app() -> typer.Typer:
    """Build the family of commands."""
    from xianjie.cli.population.assess import assess
    from xianjie.cli.population.database import assess_table
    from xianjie.cli.population.generate import generate
    from xianjie.cli.population.mapping import mapping
    from xianjie.cli.population.show import show
    from xianjie.cli.population.summary import summary

    app = typer.Typer(
        help="成批判定：一县、一省、全国的数据 / millions of rows: a county, a province, the nation",
        no_args_is_help=True,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.command("assess")(assess)
    app.command("assess-table")(assess_table)
    app.command("generate")(generate)
    app.command("mapping")(mapping)
    app.command("show")(show)
    app.command("summary")(summary)
    return app

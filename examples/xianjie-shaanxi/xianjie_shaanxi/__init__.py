"""陕西 Shaanxi: the region's document as a plugin of xianjie, in a distribution of its own."""

from xianjie import Region, hookimpl


@hookimpl
def xianjie_regions() -> list[Region]:
    """Bring the region."""
    return [Region.of_package(__name__, id="shaanxi", zh="陕西", en="Shaanxi", code="610000")]

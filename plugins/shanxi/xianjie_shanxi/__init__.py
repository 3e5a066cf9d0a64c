"""山西 Shanxi: the region's document as a plugin of xianjie."""

from xianjie import Region, hookimpl


@hookimpl
def xianjie_regions() -> list[Region]:
    """Bring the region."""
    return [Region.of_package(__name__, id="shanxi", zh="山西", en="Shanxi", code="140000")]

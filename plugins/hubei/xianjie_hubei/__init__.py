"""湖北 Hubei: the region's document as a plugin of xianjie."""

from xianjie import Region, hookimpl


@hookimpl
def xianjie_regions() -> list[Region]:
    """Bring the region."""
    return [Region.of_package(__name__, id="hubei", zh="湖北", en="Hubei", code="420000")]

"""天津 Tianjin: the region's document as a plugin of xianjie."""

from xianjie import Region, hookimpl


@hookimpl
def xianjie_regions() -> list[Region]:
    """Bring the region."""
    return [Region.of_package(__name__, id="tianjin", zh="天津", en="Tianjin", code="120000")]

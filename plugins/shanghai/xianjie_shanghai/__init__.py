"""上海 Shanghai: the region's document as a plugin of xianjie."""

from xianjie import Region, hookimpl


@hookimpl
def xianjie_regions() -> list[Region]:
    """Bring the region."""
    return [Region.of_package(__name__, id="shanghai", zh="上海", en="Shanghai", code="310000")]

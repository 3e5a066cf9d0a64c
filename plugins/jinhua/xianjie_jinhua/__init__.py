"""金华 Jinhua: the region's document as a plugin of xianjie."""

from xianjie import Region, hookimpl


@hookimpl
def xianjie_regions() -> list[Region]:
    """Bring the region."""
    return [Region.of_package(__name__, id="jinhua", zh="金华", en="Jinhua", code="330700")]

"""The regions of the tree and the one outside it, their policies, and their cases as the engine reads them.

`xianjie.regression` holds the form of a case, the paths of its expectations, and the run.
"""

from __future__ import annotations

from pathlib import Path

from xianjie.plugins import Region, Regions
from xianjie.policy.load import load_policy
from xianjie.policy.prepared import Policy
from xianjie.regression.model import RegressionCase
from xianjie.regression.read import read_cases_file
from xianjie.vocabulary import BASE

ROOT = Path(__file__).parents[2]

IN_TREE = (
    Region("hubei", "湖北", "Hubei", "420000", ROOT / "plugins/hubei/xianjie_hubei"),
    Region("tianjin", "天津", "Tianjin", "120000", ROOT / "plugins/tianjin/xianjie_tianjin"),
    Region("jinhua", "金华", "Jinhua", "330700", ROOT / "plugins/jinhua/xianjie_jinhua"),
    Region("shanxi", "山西", "Shanxi", "140000", ROOT / "plugins/shanxi/xianjie_shanxi"),
    Region("shanghai", "上海", "Shanghai", "310000", ROOT / "plugins/shanghai/xianjie_shanghai"),
)
OUTSIDE = Region("shaanxi", "陕西", "Shaanxi", "610000", ROOT / "examples/xianjie-shaanxi/xianjie_shaanxi")
REGIONS = Regions({region.id: region for region in (*IN_TREE, OUTSIDE)}, BASE)


def given(region: Region) -> list[RegressionCase]:
    """Read every case of a region, in the order of its files."""
    return [one for path in region.case_files() for one in read_cases_file(path, BASE, REGIONS)]


def policy_of(region: Region) -> Policy:
    """Load a region's policy."""
    (path,) = region.policy_files()
    return load_policy(path, BASE)

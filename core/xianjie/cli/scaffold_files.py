"""The files of a new region's distribution, as text."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from xianjie.vocabulary.terms import DIMENSIONS, term
from xianjie.vocabulary.topics import TOPICS

EXAMPLE = "#> "
"""What stands before each line of the worked example in a new policy file."""

_PYPROJECT = Template("""\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "xianjie-$id"
version = "0.1.0"
description = "衔接 xianjie: $zh $en"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["xianjie"]

[project.entry-points."xianjie.regions"]
$id = "xianjie_$id"

[tool.hatch.build.targets.wheel]
packages = ["xianjie_$id"]
""")

_INIT = Template('''\
"""$zh $en: the region's document as a plugin of xianjie."""

from xianjie import Region, hookimpl


@hookimpl
def xianjie_regions() -> list[Region]:
    """Bring the region."""
    return [Region.of_package(__name__, id="$id", zh="$zh", en="$en", code="$code")]
''')

_POLICY = Template("""\
# yaml-language-server: $$schema=policy.schema.json
# $zh：按原文条款顺序编写；概要用自己的话，不抄原文。
# 每改一处就运行 xianjie lint，错误会指到行和列。
schema: 1
id: $id-draft
region: $id
version: "draft"

document:
  title: 待填：文件全称
  # number: 待填：文号（没有就不写）
  issuers: [待填：发文机关]
  level: $level
  gbt2260: "$code"
  # issued: 2025-01-01      # 文件没有写的日期不要填
  standing: draft          # issued 已印发；draft 征求意见稿；press_report 新闻摘要
  validity: not_in_force   # in_force 现行；unverified 效力待核实；not_in_force 未生效；lapsed 已失效
  text: full               # full 全文；digest 摘要

# 示例：一类对象和它的规则。去掉行首的“#> ”，再从 silent 里删去 coverage，即可加载。
#> groups:
#>   - {id: still_in_difficulty, gives: coverage, zh: 救助后仍有困难的人员, en: people still in difficulty after aid}

clauses:
  - path: 一
    title: 总体要求
    treatment: background   # rules 有规则；background 背景；supervision 监督
    zh: 待填：这一条的概要。
    en: To be filled in, what this clause is about.
#>   - path: 二
#>     title: 对象范围
#>     treatment: rules
#>     rules:
#>       - part: group
#>         id: hardship-after-aid
#>         group: still_in_difficulty
#>         force: definition   # 应当 must；应当（无情态词） must_bare；可以 may；鼓励 encouraged；……
#>         when: aid.received and aid.still_in_difficulty
#>         zh: 已获政府救助、生活仍有困难的人，属于帮扶对象。
#>         en: People who had aid and are still in difficulty are covered.

# 每个议题要么有规则，要么写在这里（表示文件没有规定）。现在全部列在这里，只是起点：
# 读完一条，就把它规定的议题移出，写成规则；确实没有规定的，留下。
silent:
  - zh: 尚未整理，不代表文件没有规定。
    en: Not worked through yet; it does not mean that the document is silent.
    topics:
$topics
""")

_CASES = Template("""\
# 回归个案：改动文件以后，运行 xianjie check $id，看结论有没有变。
# 每个数字和期间写三个：刚好在界限上、差一点、超一点。可用的事实名称：xianjie schema case
- name: 已获救助、仍有困难的低保对象
  as_of: 2025-05-01
  case:
    person: {dibao_recipient: true}
    aid: {received: true, still_in_difficulty: true}
  expect:
    # 文件还没有整理，所以是“未规定”；写了规则以后，改成文件规定的结论
    eligibility.status: not_stipulated
""")

_README = Template("""\
# 衔接 · $zh

`xianjie` 的地区插件：$zh（$en，$code）。装上它，所有命令和服务就认识 `$id`，不用改动核心。

## 下一步

1. 安装：`pip install -e .`，然后 `xianjie regions` 里应出现 $zh。
2. 打开 `xianjie_$id/policies/$id-draft.yaml`，填写 `document`。编辑器装有 YAML 语言服务的，
   会按旁边的 `policy.schema.json` 提示和检查。
3. 按原文顺序逐条写 `clauses`：有规则的写规则，没有的写明是背景还是监督。
   文件里“#> ”开头的几行是示例。
4. 每写一条，就把它规定的议题从 `silent` 移出。`xianjie lint $id` 指出错误在哪一行、怎么改。
5. `xianjie coverage $id` 看哪一条由什么承载；`xianjie rules $id` 看条件的文字说法。
6. 在 `xianjie_$id/cases/` 的 `*.cases.yaml` 里写个案和期望的结论，用 `xianjie check $id` 验证。

原文不放进本包：规则只带条款号、原文指纹（anchor）和自己的概要。
""")


@dataclass(frozen=True, slots=True)
class NewRegion:
    """A region to be made: its pinyin id, names, and GB/T 2260 code."""

    id: str
    zh: str
    en: str
    code: str


def files_of(region: NewRegion) -> dict[str, str]:
    """Give the text of each file of the distribution by its path; the JSON schema is left to the caller."""
    names = {
        "id": region.id,
        "zh": region.zh,
        "en": region.en,
        "code": region.code,
        "level": "province" if region.code.endswith("0000") else "city",
        "topics": _topics(),
    }
    package = f"xianjie_{region.id}"
    return {
        "pyproject.toml": _PYPROJECT.substitute(names),
        "README.md": _README.substitute(names),
        f"{package}/__init__.py": _INIT.substitute(names),
        policy_path(region): _POLICY.substitute(names),
        f"{package}/cases/example.cases.yaml": _CASES.substitute(names),
    }


def policy_path(region: NewRegion) -> str:
    """Name the policy file inside the distribution."""
    return f"xianjie_{region.id}/policies/{region.id}-draft.yaml"


def _topics() -> str:
    lines: list[str] = []
    for dimension in DIMENSIONS:
        lines.append(f"      # {term(DIMENSIONS, dimension)}")
        found = [topic for topic in TOPICS if topic.dimension == dimension]
        lines += [f"      - {topic.id:<40} # {topic.zh}" for topic in found]
    return "\n".join(lines)

"""Papers of the office as Word documents: a comparison of regions, the answers to a case, the impact of a revision."""

from xianjie.papers.comparison import comparison_paper
from xianjie.papers.decision import decision_paper
from xianjie.papers.impact import impact_paper

__all__ = ["comparison_paper", "decision_paper", "impact_paper"]

"""Compare documents topic by topic: what each says, with what force, where, and how they differ."""

from xianjie.compare.matrix import Matrix, compare, matrix_json

__all__ = ["Matrix", "compare", "matrix_json"]

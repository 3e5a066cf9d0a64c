"""The field's words: facts, statuses, forces, instruments, services, topics, each with its Chinese and English term."""

from xianjie.vocabulary.facts import BASE, FactSpec, FactType, Vocabulary

__all__ = ["BASE", "FactSpec", "FactType", "Vocabulary"]

"""The people of a household: their age, health and schooling, and the classes of assistance that follow from them."""

from __future__ import annotations

import polars as pl

from xianjie.population.generating.households import HOUSE, PERSON, Layer

_MINOR, _ADULT, _OLD = 0, 1, 2
RECEIVES = ("person.dibao_recipient", "person.tekun")
"""Classes whose people receive government aid as such."""


def condition() -> list[Layer]:
    """Draw who is old, young, ill, disabled, bereaved; and who is tekun: alone, in need of care, without income."""
    age, member, size = pl.col("·age"), pl.col("·member"), pl.col("household.size")
    alone, old_house = size == 1, HOUSE.chance("old", 0.3)
    minor, old = pl.col("person.minor"), pl.col("person.elderly")
    ill, disabled, bereft = pl.col("person.seriously_ill"), pl.col("person.disabled"), pl.col("person.orphan")
    grown = pl.when(old_house).then(_OLD).otherwise(_ADULT)
    return [
        {
            "·age": pl.when((member == 0) & alone & PERSON.chance("child alone", 0.04))
            .then(_MINOR)
            .when((member == 0) | ((member == 1) & HOUSE.chance("couple", 0.75)))
            .then(grown)
            .otherwise(PERSON.one_of("age", {_MINOR: 0.6, _ADULT: 0.25, _OLD: 0.15}))
            .cast(pl.UInt8)
        },
        {"person.minor": age == _MINOR, "person.elderly": age == _OLD},
        {
            "person.seriously_ill": PERSON.chances("ill", _by_age(0.02, 0.05, 0.12)),
            "person.disabled": PERSON.chances("disabled", _by_age(0.03, 0.07, 0.2)),
            "person.orphan": minor & PERSON.chances("orphan", pl.when(alone).then(0.8).otherwise(0.02)),
            "person.elderly_alone": old & alone & PERSON.chance("very old", 0.5),
            "person.student": PERSON.chances("student", _by_age(0.75, 0.07, 0.0)),
        },
        {
            "person.de_facto_unsupported_child": minor & ~bereft & PERSON.chance("unsupported", 0.04),
            "person.left_behind_child": minor & ~bereft & ~alone & PERSON.chance("left behind", 0.15),
            "person.cannot_self_care": PERSON.chances(
                "care",
                pl.when(ill & disabled).then(0.6).when(ill | disabled).then(0.25).when(old).then(0.08).otherwise(0),
            ),
            "person.tekun": alone & (old | disabled | bereft) & PERSON.chance("tekun", 0.5),
            "person.good_conduct_and_study": pl.col("person.student") & PERSON.chance("conduct", 0.5),
        },
        {
            "person.able_to_work": (age == _ADULT)
            & ~pl.col("person.cannot_self_care")
            & PERSON.chances("able", pl.when(ill | disabled).then(0.4).otherwise(0.92)),
        },
        {
            "person.willing_to_work": pl.col("person.able_to_work") & PERSON.chance("willing", 0.8),
            "person.has_micro_wish": PERSON.chances("wish", _by_age(0.25, 0.03, 0.15)),
        },
    ]


def _by_age(minor: float, adult: float, old: float) -> pl.Expr:
    return pl.when(pl.col("person.minor")).then(minor).when(pl.col("person.elderly")).then(old).otherwise(adult)


def classes() -> list[Layer]:
    """Draw the classes of assistance, a household's together: a dibao household is poor, a marginal one nearly so."""
    dibao, tekun = (pl.col(name) for name in RECEIVES)
    poor, near_poor, ill = pl.col("·poor"), pl.col("·near poor"), pl.col("household.illness_impoverished")
    marginal, rigid = pl.col("person.dibao_marginal_member"), pl.col("person.rigid_expenditure_member")
    minor, orphan = pl.col("person.minor"), pl.col("person.orphan")
    unsupported = pl.col("person.de_facto_unsupported_child")
    patient = pl.col("person.illness_impoverished_patient")
    named = dibao | tekun | marginal | rigid | orphan | unsupported | patient
    listed = named | pl.col("person.poverty_return_monitored") | pl.col("person.other_hardship")
    badly_off = PERSON.chance("alone on dibao", 0.04) & pl.col("person.disabled") & near_poor
    return [
        {"person.dibao_recipient": ~tekun & ((poor & HOUSE.chance("dibao", 0.75)) | badly_off)},
        {
            "person.expenditure_poverty": dibao & HOUSE.chance("expenditure", 0.12),
            "person.dibao_marginal_member": ~dibao & ~tekun & near_poor & HOUSE.chance("marginal", 0.6),
            "person.illness_impoverished_patient": pl.col("person.seriously_ill") & ill,
        },
        {
            "person.rigid_expenditure_member": ~dibao
            & ~tekun
            & ~marginal
            & (near_poor | pl.col("·ill") | pl.col("household.medical_burden_heavy"))
            & HOUSE.chance("rigid", 0.2),
            "person.child_in_difficulty": minor
            & (orphan | unsupported | pl.col("person.disabled") | (poor & PERSON.chance("child", 0.25))),
            "person.poverty_return_monitored": ~tekun & near_poor & HOUSE.chance("monitored", 0.05),
            "person.other_hardship": ~dibao & ~tekun & near_poor & HOUSE.chance("hardship", 0.06),
            "person.other_poverty_risk": ~dibao & ~tekun & HOUSE.chance("risk", 0.03),
            "person.other_recognised_recipient": ~dibao & ~tekun & HOUSE.chance("recognised", 0.02),
        },
        {
            "·named": named,
            "person.in_low_income_database": PERSON.chances(
                "database", pl.when(listed).then(0.96).when(near_poor).then(0.15).otherwise(0.01)
            ),
            "person.recognised_by_local_civil_affairs": PERSON.chances(
                "local", pl.when(named).then(0.93).otherwise(0.02)
            ),
        },
    ]

"""The inventory's rows, by hand: every row of the regions with the force that its wording has, and every ambiguity.

The letters are the inventory's modality codes. `M` must (应当, 要, 负责), `B` bare (no modal word), `Y` may,
`N` encouraged, `X` explore, `P` priority, `D` definition, `T` target, `R` principle; `Bc` a commitment (将…), `Br` a
renvoi (按照有关规定). Several letters stand where one row holds several wordings. `-` is a row that records a silence.
"""

from __future__ import annotations

from collections.abc import Mapping

FORCES: Mapping[str, tuple[str, str | None]] = {
    "M": ("must", None),
    "B": ("must_bare", None),
    "Bc": ("must_bare", "commitment"),
    "Br": ("must_bare", "renvoi"),
    "Y": ("may", None),
    "N": ("encouraged", None),
    "X": ("explore", None),
    "P": ("priority", None),
    "D": ("definition", None),
    "T": ("target", None),
    "R": ("principle", None),
}

_ROWS = {
    "hubei": """
        HB-E-01 D  HB-E-02 D  HB-E-03 D  HB-E-04 X  HB-E-N1 -  HB-E-N2 -  HB-E-N3 -
        HB-L-01 M  HB-L-02 M  HB-L-03 B  HB-L-04 M  HB-L-05 M  HB-L-06 X  HB-L-07 Y  HB-L-08 B  HB-L-09 X  HB-L-10 M
        HB-L-11 N  HB-L-N1 -
        HB-R-01 Y  HB-R-02 Y  HB-R-03 B  HB-R-04 M  HB-R-05 N  HB-R-06 M  HB-R-07 Y  HB-R-08 B  HB-R-09 Y  HB-R-10 B
        HB-R-11 R  HB-R-N1 -
        HB-I-01 N  HB-I-02 Br  HB-I-03 N  HB-I-04 B  HB-I-05 P  HB-I-06 X  HB-I-07 M  HB-I-08 N  HB-I-09 M  HB-I-N1 -
        HB-X-01 M
    """,
    "shanxi": """
        SX-E-N1 -
        SX-L-01 M  SX-L-02 M  SX-L-03 B  SX-L-N1 -  SX-L-N2 -
        SX-R-01 M  SX-R-N1 -
        SX-I-01 X  SX-I-02 M  SX-I-03 M  SX-I-04 N  SX-I-05 B  SX-I-06 N  SX-I-N1 -
        SX-X-01 B
    """,
    "tianjin": """
        TJ-E-01 D  TJ-E-02 D  TJ-E-03 Y  TJ-E-04 B  TJ-E-N1 -
        TJ-L-01 B  TJ-L-02 B  TJ-L-03 B  TJ-L-04 B  TJ-L-05 B  TJ-L-06 B  TJ-L-07 M  TJ-L-08 B  TJ-L-N1 -
        TJ-R-01 B  TJ-R-02 B  TJ-R-03 Y  TJ-R-04 N  TJ-R-N1 -
        TJ-I-01 Br  TJ-I-02 N  TJ-I-03 Br  TJ-I-04 Bc  TJ-I-05 M  TJ-I-06 B  TJ-I-07 Bc  TJ-I-08 B  TJ-I-N1 -
        TJ-X-01 M
    """,
    "jinhua": """
        JH-E-01 D  JH-E-02 D  JH-E-03 D  JH-E-04 D  JH-E-05 D  JH-E-06 D  JH-E-07 D  JH-E-08 R  JH-E-09 R
        JH-E-10 N  JH-E-11 B  JH-E-12 B,N  JH-E-13 N,B  JH-E-14 B  JH-E-15 B  JH-E-N1 -  JH-E-N2 -
        JH-L-01 B  JH-L-02 M  JH-L-03 B  JH-L-04 B  JH-L-05 B  JH-L-06 M  JH-L-07 T  JH-L-08 B  JH-L-09 M,B  JH-L-N1 -
        JH-R-01 B  JH-R-02 Y  JH-R-03 B  JH-R-04 B  JH-R-05 M  JH-R-N1 -
        JH-I-01 B  JH-I-02 B  JH-I-03 Br  JH-I-04 B  JH-I-05 P  JH-I-06 P  JH-I-07 B,N  JH-I-08 N  JH-I-09 B  JH-I-N1 -
        JH-X-01 M
    """,
    "shanghai": """
        SH-E-01 P  SH-E-02 P  SH-E-03 P  SH-E-N1 -
        SH-L-01 B  SH-L-02 N,X  SH-L-03 M  SH-L-04 N  SH-L-05 B  SH-L-06 B  SH-L-07 M  SH-L-N1 -
        SH-R-01 X  SH-R-02 X  SH-R-03 R  SH-R-04 M  SH-R-N1 -
        SH-I-01 Y  SH-I-02 X  SH-I-03 N  SH-I-04 N  SH-I-05 B  SH-I-06 B  SH-I-07 B  SH-I-08 N  SH-I-09 X
        SH-I-10 M  SH-I-N1 -
        SH-X-01 M
    """,
    "shaanxi": """
        SN-E-01 D  SN-E-02 D  SN-E-03 D  SN-E-04 D  SN-E-05 M
        SN-L-01 M  SN-L-02 M  SN-L-03 B
        SN-R-01 B  SN-R-02 M
        SN-I-01 N
    """,
}


def _read(table: str) -> dict[str, tuple[str, ...]]:
    words = table.split()
    return {
        row: () if codes == "-" else tuple(codes.split(",")) for row, codes in zip(words[::2], words[1::2], strict=True)
    }


ROWS: Mapping[str, Mapping[str, tuple[str, ...]]] = {region: _read(table) for region, table in _ROWS.items()}

OWN_FORCE_ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("HB-R-03", "forward-referral"): "the paper is the form of the referral; `documents.required` holds its force",
}
"""Rules that carry a row without the row's force, with the reason."""

AMBIGUITIES: Mapping[str, Mapping[str, str]] = {
    "A-01": dict.fromkeys(("hubei", "tianjin", "jinhua", "shanghai"), "input"),
    "A-02": {"hubei": "recommended"},
    "A-03": {"tianjin": "recommended"},
    "A-04": {"jinhua": "ambiguous"},
    "A-05": {"jinhua": "recommended"},
    "A-06": {"hubei": "ambiguous", "tianjin": "ambiguous"},
    "A-07": {"shanghai": "note"},
    "A-08": {"jinhua": "input"},
    "A-09": {"jinhua": "recommended"},
    "A-10": {"shaanxi": "recommended", "jinhua": "note"},  # 年内 is decided (inside), 未满 is not
    "A-11": {"jinhua": "note"},
    "A-12": {"jinhua": "ambiguous", "shanxi": "recommended", "tianjin": "recommended"},
    "A-13": {"hubei": "note", "jinhua": "note"},
    "A-14": {"jinhua": "note"},
    "A-15": {"jinhua": "recommended"},
    "A-16": {"hubei": "condition"},
    "A-17": {"hubei": "condition"},
    "A-18": dict.fromkeys(("hubei", "tianjin", "jinhua", "shanxi", "shanghai", "shaanxi"), "input"),
    "A-19": dict.fromkeys(("hubei", "tianjin", "jinhua"), "input"),
    "A-20": {"hubei": "note"},
    "A-21": {"hubei": "note"},
}
"""What each open question of the texts becomes, in the regions that it concerns."""

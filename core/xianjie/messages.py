"""Say pydantic's findings in Chinese and in English, with a stable code, and without the submitted value."""

from __future__ import annotations

from collections.abc import Mapping

_SENTENCES: Mapping[str, tuple[str, str, str]] = {
    "missing": ("field-missing", "缺少这一项", "this entry is missing"),
    "extra_forbidden": ("field-unknown", "没有这个名称的项", "there is no entry of this name"),
    "bool_type": ("type-bool", "只接受 true 或 false", "only true or false is accepted"),
    "int_type": ("type-int", "须是整数", "must be a whole number"),
    "int_parsing": ("type-int", "须是整数", "must be a whole number"),
    "int_parsing_size": ("number-too-large", "数字过大", "the number is too large"),
    "bool_parsing": ("type-bool", "只接受 true 或 false", "only true or false is accepted"),
    "int_from_float": ("type-int", "须是整数", "must be a whole number"),
    "float_type": ("type-number", "须是数字", "must be a number"),
    "decimal_type": ("type-number", "须是数字", "must be a number"),
    "decimal_parsing": ("type-number", "须是数字", "must be a number"),
    "is_instance_of": ("type-number", "须是数字", "must be a number"),
    "finite_number": ("type-number", "须是有限的数字", "must be a finite number"),
    "string_type": ("type-text", "须是文字", "must be text"),
    "date_type": ("type-date", "须是日期（如 2025-05-01）", "must be a date (as 2025-05-01)"),
    "list_type": ("type-list", "须是列表", "must be a list"),
    "dict_type": ("type-mapping", "须是由键和值组成的一组", "must be a mapping of keys and values"),
    "model_type": ("type-mapping", "须是由键和值组成的一组", "must be a mapping of keys and values"),
    "model_attributes_type": (
        "type-mapping",
        "须是由键和值组成的一组",
        "must be a mapping of keys and values",
    ),
    "string_too_short": ("text-empty", "不能为空", "must not be empty"),
    "string_too_long": ("text-too-long", "文字过长", "the text is too long"),
    "string_pattern_mismatch": ("text-pattern", "写法不符合规定的格式", "not of the form that is asked for"),
    "too_short": ("list-too-short", "至少要有规定的项数", "too few entries"),
    "too_long": ("list-too-long", "项数过多", "too many entries"),
    "date_form": ("type-date", "须是日期（如 2025-05-01）", "must be a date (as 2025-05-01)"),
    "date_impossible": ("date-impossible", "没有这一天", "there is no such day"),
    "division_form": (
        "division-form",
        "行政区划须是 2、4、6、9 或 12 位数字的代码；全国须写明 national",
        "a division is a code of 2, 4, 6, 9 or 12 digits; write out national for the whole country",
    ),
    "number_form": ("type-number", "须是数字", "must be a number"),
    "number_too_large": ("number-too-large", "数字过大", "the number is too large"),
    "number_too_fine": ("number-too-fine", "小数位数过多", "too many decimals"),
    "money_negative": ("money-negative", "金额不得为负", "money must not be negative"),
    "money_fen": ("money-fen", "金额最多两位小数", "money has at most two decimals"),
    "key_doubled": ("key-doubled", "同一个键出现两次", "a key stands here twice"),
    "invalid_key": ("key-form", "键须是文字", "a key must be text"),
    "set_form": ("type-set", "须是文字的列表", "must be a list of texts"),
    "citizen_number": (
        "citizen-number",
        "不得填写公民身份号码，请改用内部编号",
        "a citizen's number must not stand here: use a label of your own",
    ),
    "union_tag_not_found": (
        "field-missing",
        "缺少 part（规则的类别）",
        "`part` (the kind of rule) is missing",
    ),
}


def sentence(kind: str, context: Mapping[str, object]) -> tuple[str, str, str]:
    """Give code, Chinese and English for one of pydantic's error types."""
    if kind in ("literal_error", "enum"):
        words = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
        return "word-unknown", f"须是以下之一：{words.replace(', ', '、')}", f"must be one of {words}"
    if kind == "union_tag_invalid":
        expected = str(context.get("expected_tags", ""))
        return "word-unknown", f"part 须是以下之一：{expected}", f"`part` must be one of {expected}"
    if kind in ("greater_than_equal", "greater_than"):
        least = context.get("ge", context.get("gt"))
        return "number-too-small", f"不得小于 {least}", f"must not be below {least}"
    if kind in ("less_than_equal", "less_than"):
        most = context.get("le", context.get("lt"))
        return "number-too-large", f"不得大于 {most}", f"must not be above {most}"
    return _SENTENCES.get(kind, ("value-invalid", f"值不符合要求（{kind}）", f"the value is not accepted ({kind})"))


def sentence_of(code: str) -> tuple[str, str] | None:
    """Give the Chinese and English that go with a code wherever it is said of; None where that depends."""
    return next(((zh, en) for known, zh, en in _SENTENCES.values() if known == code), None)

"""Put an overlay's changes on a policy's plain values, and remember from which file and path each part came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xianjie.errors import Problem, nearest
from xianjie.policy.completeness import topics_of
from xianjie.policy.model import PolicyFile, Silence
from xianjie.policy.origin import Origin, Patched
from xianjie.policy.overlay_model import NewClause, Overlay
from xianjie.policy.prepared import Policy
from xianjie.policy.yaml_tree import Path
from xianjie.vocabulary.topics import TOPICS

Raw = dict[str, Any]
Change = tuple[str, str]

_ADDED = (
    ("parameters", "parameter_added", "数值已有，改值写在 set 下", "the parameter is there; `set` changes its value"),
    ("readings", "reading_added", "读法组已有", "the set of readings is there"),
)
_LISTED = (("ambiguities", "ambiguity_added"), ("groups", "group_added"))


class Patch:
    """One overlay on its way onto one policy."""

    def __init__(self, base: Policy, overlay: Overlay) -> None:
        """Take the plain values of both; nothing of the policy itself is touched."""
        self.base, self.overlay = base, overlay
        self.value: Raw = base.file.model_dump(mode="python", by_alias=True, exclude_unset=True)
        self.given: Raw = overlay.file.model_dump(mode="python", by_alias=True, exclude_unset=True)
        self.moved: dict[Path, tuple[Origin, Path]] = {}
        self.changes: list[Change] = []
        self.problems: list[Problem] = []
        self.fields: list[tuple[Raw, str, Path]] = []
        # by identity, and holding the part itself, so that no identity is used again
        self.came: dict[int, tuple[Raw, Origin, Path]] = {}
        for c, clause in enumerate(self.value["clauses"]):
            self._remember(clause, base.origin, ("clauses", c))

    def tree(self) -> Patched:
        """Make the changes and give the patched values with their places; `problems` lists what could not be made."""
        self._header()
        self._parameters()
        self._names()
        self._drop()
        self._fields()
        self._add()
        self._prune()
        self._settle()
        return Patched(self.value, self.base.origin, self.moved)

    def silence(self, file: PolicyFile) -> PolicyFile:
        """Declare silent what no rule answers any more, and ruled what one answers now.

        Topics on which both the base and the overlay are silent, or that the overlay silences though a rule of the
        patched text answers them, are left for the check of topics to blame.
        """
        ruled = {topic for clause in file.clauses for rule in clause.rules for topic in topics_of(rule, file)}
        kept: list[Raw] = []
        for number, silence in enumerate(self.value.get("silent", ())):
            topics = [(n, topic) for n, topic in enumerate(silence["topics"]) if topic not in ruled]
            self.changes += [("topic_ruled", topic) for topic in silence["topics"] if topic in ruled]
            if topics:
                self._settle_topics(len(kept), [(self.base.origin, ("silent", number, "topics", n)) for n, _ in topics])
                self.moved["silent", len(kept)] = (self.base.origin, ("silent", number))
                kept.append({**silence, "topics": [topic for _, topic in topics]})
        before = {topic for silence in kept for topic in silence["topics"]}
        named: list[str] = self.given.get("silent", [])
        if named:
            self._settle_topics(len(kept), [(self.overlay.origin, ("silent", n)) for n in range(len(named))])
            self.changes += [("topic_silent", topic) for topic in dict.fromkeys(named) if topic not in before]
            kept.append({"topics": named})
        lost = [topic.id for topic in TOPICS if topic.id not in {*ruled, *before, *named}]
        if lost:
            self.moved["silent", len(kept)] = (self.overlay.origin, ("drop" if "drop" in self.given else "rules",))
            self.changes += [("topic_silent", topic) for topic in lost]
            kept.append({"topics": lost})
        if kept or self.value.get("silent"):
            self.value["silent"] = kept
            return file.model_copy(update={"silent": [Silence.model_validate(one) for one in kept]})
        return file

    # ------------------------------------------------------------------------------------------------------------

    def _blame(self, path: Path, code: str, zh: str, en: str) -> None:
        self.problems.append(Problem(code, zh, en, self.overlay.origin.place(path)))

    def _unknown(self, path: Path, name: str, known: list[str], code: str, zh: str, en: str) -> None:
        near = nearest(name, known)
        self._blame(
            path, code, zh + (f"，是否为 {near}？" if near else ""), en + (f"; did you mean {near}?" if near else "")
        )

    def _remember(self, clause: Raw, origin: Origin, path: Path) -> None:
        self.came[id(clause)] = (clause, origin, path)
        for r, rule in enumerate(clause.get("rules", ())):
            self.came[id(rule)] = (rule, origin, (*path, "rules", r))

    def _header(self) -> None:
        amendment = self.overlay.file.document
        if amendment is None:
            return
        given, document = self.given["document"], self.value["document"]
        start = amendment.effective or amendment.issued or amendment.adopted
        self.value |= {"id": self.overlay.id, "version": start.isoformat() if start else self.overlay.id}
        for key in ("adopted", "issued", "effective"):
            document.pop(key, None)
        document |= {key: given[key] for key in _DATES_AND_STANDING if given.get(key) is not None}
        document["amends"] = self.overlay.base
        document["remarks"] = [*document.get("remarks", ()), *given.get("remarks", ())]
        self.moved["id",] = (self.overlay.origin, ("id",))
        for key in _DATES_AND_STANDING:
            self.moved["document", key] = (self.overlay.origin, ("document", key))
        self.moved["document", "amends"] = (self.overlay.origin, ("base",))

    def _parameters(self) -> None:
        known = self.value.get("parameters", {})
        for name, value in self.given.get("set", {}).items():
            if name not in known:
                self._unknown(
                    ("set", name), name, list(known), "parameter-unknown", "没有这个数值", "no such parameter"
                )
                continue
            values = value if isinstance(value, list) else [{"value": value}]
            if known[name]["values"] != values:
                self.changes.append(("parameter", name))
            known[name]["values"] = values
            self.moved["parameters", name, "values"] = (self.overlay.origin, ("set", name))
            if not isinstance(value, list):
                self.moved["parameters", name, "values", 0] = (self.overlay.origin, ("set", name))
                self.moved["parameters", name, "values", 0, "value"] = (self.overlay.origin, ("set", name))

    def _names(self) -> None:
        for part, kind, zh, en in _ADDED:
            known = self.value.setdefault(part, {}) if part in self.given else {}
            for name, model in self.given.get(part, {}).items():
                if name in known:
                    self._blame((part, name), "overlay-name-there", zh, en)
                known[name] = model
                self.moved[part, name] = (self.overlay.origin, (part, name))
                self.changes.append((kind, name))
        for part, kind in _LISTED:
            if part in self.given:
                listed = self.value.setdefault(part, [])
                for number, model in enumerate(self.given[part]):
                    self.moved[part, len(listed)] = (self.overlay.origin, (part, number))
                    self.changes.append((kind, model["id"]))
                    listed.append(model)
        for name, condition in self.given.get("definitions", {}).items():
            known = self.value.setdefault("definitions", {})
            if known.get(name) != condition:
                self.changes.append(("definition" if name in known else "definition_added", name))
            known[name] = condition
            self.moved["definitions", name] = (self.overlay.origin, ("definitions", name))

    # -- rules -----------------------------------------------------------------------------------------------------

    def _rules(self) -> Iterator[tuple[Raw, Raw]]:
        for clause in self.value["clauses"]:
            for rule in clause.get("rules", ()):
                yield clause, rule

    def _drop(self) -> None:
        known = [rule["id"] for _, rule in self._rules()]
        wanted: list[str] = self.given.get("drop", [])
        for number, name in enumerate(wanted):
            if name not in known:
                self._unknown(("drop", number), name, known, "rule-unknown", "没有这条规则", "no such rule")
            elif name in wanted[:number]:
                self._blame(("drop", number), "overlay-doubled", "同一条规则写了两次", "the rule stands here twice")
            elif name in self.given.get("rules", {}):
                self._blame(
                    ("drop", number),
                    "overlay-contradicted",
                    "同一条规则既要删去又要修改",
                    "a rule cannot be dropped and changed",
                )
            else:
                self.changes.append(("rule_dropped", name))
        for clause in self.value["clauses"]:
            if "rules" in clause:
                clause["rules"] = [rule for rule in clause["rules"] if rule["id"] not in wanted]

    def _fields(self) -> None:
        found = {rule["id"]: rule for _, rule in self._rules()}
        models = {rule.id: type(rule) for _, rule in self.base.rules()}
        for name, fields in self.given.get("rules", {}).items():
            rule = found.get(name)
            if rule is None:
                if name not in self.given.get("drop", []):
                    zh, en = "没有这条规则", "no such rule"
                    self._unknown(("rules", name), name, list(models), "rule-unknown", zh, en)
                continue
            before = dict(rule)
            for field, value in fields.items():
                path = ("rules", name, field)
                if field == "id":
                    self._blame(
                        path, "overlay-rule-id", "规则的编号不能改；删去旧的，另加一条", "an id cannot be changed"
                    )
                elif value is not None:
                    rule[field] = value
                elif field in models[name].model_fields:
                    rule.pop(field, None)
                else:
                    known = sorted(models[name].model_fields)
                    zh, en = "没有这个名称的项", "there is no entry of this name"
                    self._unknown(path, field, known, "field-unknown", zh, en)
                self.fields.append((rule, field, path))
            if rule != before:
                self.changes.append(("rule", name))

    def _add(self) -> None:
        clauses: list[Raw] = self.value["clauses"]
        for number, (addition, given) in enumerate(zip(self.overlay.file.add, self.given.get("add", ()), strict=True)):
            path = ("add", number)
            after = self._after(addition.after, path)
            if isinstance(addition.clause, NewClause):
                clause = {**given["clause"], "treatment": addition.clause.treatment}
                if any(clause["path"] == one["path"] for one in clauses):
                    self._blame((*path, "clause"), "clause-doubled", "同一条款出现两次", "the clause stands twice")
                self._remember(clause, self.overlay.origin, (*path, "clause"))
                where = len(clauses) if after is None else [id(one) for one in clauses].index(id(after[0])) + 1
                clauses.insert(where, clause)
                self.changes.append(("clause_added", clause["path"]))
                self.changes += [("rule_added", rule["id"]) for rule in clause.get("rules", ())]
                after = None
            else:
                chosen = next((one for one in clauses if one["path"] == addition.clause), None)
                if chosen is None:
                    paths = [one["path"] for one in clauses]
                    zh, en = "没有这个条款", "no such clause"
                    self._unknown((*path, "clause"), addition.clause, paths, "clause-unknown", zh, en)
                    continue
                clause = chosen
            if addition.rule is None:
                if not isinstance(addition.clause, NewClause):
                    self._blame(path, "overlay-add-empty", "须写要增加的规则（rule）", "name the `rule` that is added")
                continue
            self._insert(clause, given["rule"], after, path)

    def _insert(self, clause: Raw, rule: Raw, after: tuple[Raw, Raw] | None, path: Path) -> None:
        if after is not None and after[0] is not clause:
            self._blame(
                (*path, "after"),
                "overlay-after",
                "after 所写的规则不在这个条款里",
                "`after` names a rule of another clause",
            )
            return
        if any(one["id"] == rule["id"] for _, one in self._rules()):
            self._blame((*path, "rule", "id"), "rule-doubled", "规则编号重复", "the rule's id is used twice")
            return
        rules = clause.setdefault("rules", [])
        where = len(rules) if after is None else [id(one) for one in rules].index(id(after[1])) + 1
        rules.insert(where, rule)
        clause["treatment"] = "rules"
        self.came[id(rule)] = (rule, self.overlay.origin, (*path, "rule"))
        self.changes.append(("rule_added", rule["id"]))

    def _after(self, name: str | None, path: Path) -> tuple[Raw, Raw] | None:
        if name is None:
            return None
        found = next((pair for pair in self._rules() if pair[1]["id"] == name), None)
        if found is None:
            known = [rule["id"] for _, rule in self._rules()]
            self._unknown((*path, "after"), name, known, "rule-unknown", "没有这条规则", "no such rule")
        return found

    def _prune(self) -> None:
        """Take away the groups and clauses that lost their last rule: the patched text has none of them any more."""
        used = {str(rule.get("group")) for _, rule in self._rules() if rule.get("part") == "group"}
        had = {line.group.id for line in self.base.groups}
        groups = self.value.get("groups", [])
        gone = [group["id"] for group in groups[: len(self.base.groups)] if group["id"] in had - used]
        self.changes += [("group_dropped", name) for name in gone]
        kept = [(n, group) for n, group in enumerate(groups) if n >= len(self.base.groups) or group["id"] not in gone]
        came = {n: self.moved.pop(("groups", n), (self.base.origin, ("groups", n))) for n in range(len(groups))}
        for n, (old, _) in enumerate(kept):
            self.moved["groups", n] = came[old]
        if gone:
            self.value["groups"] = [group for _, group in kept]
        empty = [one for one in self.value["clauses"] if one["treatment"] == "rules" and not one.get("rules")]
        empty = [one for one in empty if self.came[id(one)][1] is self.base.origin]
        self.changes += [("clause_dropped", clause["path"]) for clause in empty]
        gone_ids = {id(clause) for clause in empty}
        self.value["clauses"] = [clause for clause in self.value["clauses"] if id(clause) not in gone_ids]

    def _settle(self) -> None:
        """Write down where each clause and rule came from, now that each has its place."""
        at: dict[int, Path] = {}
        for c, clause in enumerate(self.value["clauses"]):
            self.moved["clauses", c] = self.came[id(clause)][1:]
            for r, rule in enumerate(clause.get("rules", ())):
                at[id(rule)] = ("clauses", c, "rules", r)
                self.moved[at[id(rule)]] = self.came[id(rule)][1:]
        for rule, field, path in self.fields:
            self.moved[(*at[id(rule)], field)] = (self.overlay.origin, path)

    def _settle_topics(self, number: int, places: list[tuple[Origin, Path]]) -> None:
        for n, place in enumerate(places):
            self.moved["silent", number, "topics", n] = place


_DATES_AND_STANDING = ("adopted", "issued", "effective", "expires", "standing", "validity")

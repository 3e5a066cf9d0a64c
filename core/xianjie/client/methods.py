"""The methods of both clients, one for each operation. Written by `make client`: do not edit."""

from __future__ import annotations

from typing import TypeVar

from xianjie.client.binding import awaited, called
from xianjie.client.call import Call
from xianjie.client.resources import (
    audit,
    calendar,
    cases,
    comparisons,
    consents,
    decisions,
    differences,
    disclosures,
    duties,
    identity,
    keys,
    ledgers,
    operation,
    organisations,
    persons,
    policies,
    publications,
    questions,
    readings,
    referrals,
    regions,
    sources,
    vocabulary,
)

T = TypeVar("T")


class Called:
    """Have a method for each operation, to be called."""

    def send(self, call: Call[T], /) -> T:
        """Carry out a call."""
        raise NotImplementedError

    assess_case = called(cases.assess_case)
    change_case = called(cases.change_case)
    change_duty = called(duties.change_duty)
    change_ledger = called(ledgers.change_ledger)
    change_organisation = called(organisations.change_organisation)
    change_person = called(persons.change_person)
    change_referral = called(referrals.change_referral)
    close_case = called(cases.close_case)
    compare_documents = called(comparisons.compare_documents)
    disclose = called(disclosures.disclose)
    erase_person = called(persons.erase_person)
    find_differences = called(differences.find_differences)
    find_next_questions = called(questions.find_next_questions)
    get_api_key = called(keys.get_api_key)
    get_calendar = called(calendar.get_calendar)
    get_calendar_feed = called(calendar.get_calendar_feed)
    get_consent = called(consents.get_consent)
    get_decision = called(decisions.get_decision)
    get_disclosure = called(disclosures.get_disclosure)
    get_duty = called(duties.get_duty)
    get_identity = called(identity.get_identity)
    get_ledger = called(ledgers.get_ledger)
    get_organisation = called(organisations.get_organisation)
    get_policy = called(policies.get_policy)
    get_policy_version = called(policies.get_policy_version)
    get_reading_choice = called(readings.get_reading_choice)
    get_referral = called(referrals.get_referral)
    get_vocabulary = called(vocabulary.get_vocabulary)
    give_metrics = called(operation.give_metrics)
    is_alive = called(operation.is_alive)
    is_ready = called(operation.is_ready)
    issue_api_key = called(keys.issue_api_key)
    list_api_keys = called(keys.list_api_keys)
    list_audit_entries = called(audit.list_audit_entries)
    list_cases = called(cases.list_cases)
    list_consents = called(consents.list_consents)
    list_decisions = called(decisions.list_decisions)
    list_disclosures = called(disclosures.list_disclosures)
    list_duties = called(duties.list_duties)
    list_duty_events = called(duties.list_duty_events)
    list_ledgers = called(ledgers.list_ledgers)
    list_organisations = called(organisations.list_organisations)
    list_policies = called(policies.list_policies)
    list_publications = called(publications.list_publications)
    list_reading_choices = called(readings.list_reading_choices)
    list_referrals = called(referrals.list_referrals)
    list_regions = called(regions.list_regions)
    list_source_clauses = called(sources.list_source_clauses)
    list_sources = called(sources.list_sources)
    list_updates = called(ledgers.list_updates)
    open_case = called(cases.open_case)
    open_disclosure = called(disclosures.open_disclosure)
    open_person = called(persons.open_person)
    open_referral = called(referrals.open_referral)
    publish_policies = called(publications.publish_policies)
    record_case = called(cases.record_case)
    record_consent = called(consents.record_consent)
    record_duty = called(duties.record_duty)
    record_duty_event = called(duties.record_duty_event)
    record_ledger = called(ledgers.record_ledger)
    record_organisation = called(organisations.record_organisation)
    record_person = called(persons.record_person)
    record_step = called(referrals.record_step)
    revoke_api_key = called(keys.revoke_api_key)
    search_persons = called(persons.search_persons)
    settle_reading = called(readings.settle_reading)
    update_ledger = called(ledgers.update_ledger)
    verify_audit = called(audit.verify_audit)
    withdraw_consent = called(consents.withdraw_consent)


class Awaited:
    """Have a method for each operation, to be awaited."""

    async def send(self, call: Call[T], /) -> T:
        """Carry out a call."""
        raise NotImplementedError

    assess_case = awaited(cases.assess_case)
    change_case = awaited(cases.change_case)
    change_duty = awaited(duties.change_duty)
    change_ledger = awaited(ledgers.change_ledger)
    change_organisation = awaited(organisations.change_organisation)
    change_person = awaited(persons.change_person)
    change_referral = awaited(referrals.change_referral)
    close_case = awaited(cases.close_case)
    compare_documents = awaited(comparisons.compare_documents)
    disclose = awaited(disclosures.disclose)
    erase_person = awaited(persons.erase_person)
    find_differences = awaited(differences.find_differences)
    find_next_questions = awaited(questions.find_next_questions)
    get_api_key = awaited(keys.get_api_key)
    get_calendar = awaited(calendar.get_calendar)
    get_calendar_feed = awaited(calendar.get_calendar_feed)
    get_consent = awaited(consents.get_consent)
    get_decision = awaited(decisions.get_decision)
    get_disclosure = awaited(disclosures.get_disclosure)
    get_duty = awaited(duties.get_duty)
    get_identity = awaited(identity.get_identity)
    get_ledger = awaited(ledgers.get_ledger)
    get_organisation = awaited(organisations.get_organisation)
    get_policy = awaited(policies.get_policy)
    get_policy_version = awaited(policies.get_policy_version)
    get_reading_choice = awaited(readings.get_reading_choice)
    get_referral = awaited(referrals.get_referral)
    get_vocabulary = awaited(vocabulary.get_vocabulary)
    give_metrics = awaited(operation.give_metrics)
    is_alive = awaited(operation.is_alive)
    is_ready = awaited(operation.is_ready)
    issue_api_key = awaited(keys.issue_api_key)
    list_api_keys = awaited(keys.list_api_keys)
    list_audit_entries = awaited(audit.list_audit_entries)
    list_cases = awaited(cases.list_cases)
    list_consents = awaited(consents.list_consents)
    list_decisions = awaited(decisions.list_decisions)
    list_disclosures = awaited(disclosures.list_disclosures)
    list_duties = awaited(duties.list_duties)
    list_duty_events = awaited(duties.list_duty_events)
    list_ledgers = awaited(ledgers.list_ledgers)
    list_organisations = awaited(organisations.list_organisations)
    list_policies = awaited(policies.list_policies)
    list_publications = awaited(publications.list_publications)
    list_reading_choices = awaited(readings.list_reading_choices)
    list_referrals = awaited(referrals.list_referrals)
    list_regions = awaited(regions.list_regions)
    list_source_clauses = awaited(sources.list_source_clauses)
    list_sources = awaited(sources.list_sources)
    list_updates = awaited(ledgers.list_updates)
    open_case = awaited(cases.open_case)
    open_disclosure = awaited(disclosures.open_disclosure)
    open_person = awaited(persons.open_person)
    open_referral = awaited(referrals.open_referral)
    publish_policies = awaited(publications.publish_policies)
    record_case = awaited(cases.record_case)
    record_consent = awaited(consents.record_consent)
    record_duty = awaited(duties.record_duty)
    record_duty_event = awaited(duties.record_duty_event)
    record_ledger = awaited(ledgers.record_ledger)
    record_organisation = awaited(organisations.record_organisation)
    record_person = awaited(persons.record_person)
    record_step = awaited(referrals.record_step)
    revoke_api_key = awaited(keys.revoke_api_key)
    search_persons = awaited(persons.search_persons)
    settle_reading = awaited(readings.settle_reading)
    update_ledger = awaited(ledgers.update_ledger)
    verify_audit = awaited(audit.verify_audit)
    withdraw_consent = awaited(consents.withdraw_consent)

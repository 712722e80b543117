"""Clocks in words: what each is called, which kind of number it is, and what comes of it when it runs out."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.rules import effects
from complaints.rules.clocks import Kind, find, is_law
from complaints.rules.effects import Effect

NAMES: dict[str, Promise] = {
    "own.decide": _("Decision"),
    "own.decide_live": _("Decision, livestream on air"),
    "own.answer": _("Complainant’s answer"),
    "own.silent": _("Complainant’s word after a counter-notice"),
    "us.dmca.takedown": _("Removal, US copyright"),
    "us.dmca.forward_counter": _("Passing on the counter-notice, US copyright"),
    "us.dmca.putback": _("Putting back, US copyright"),
    "us.tm.notice": _("Decision, US trade mark"),
    "eu.dsa.decide": _("Decision, European Union"),
    "eu.dsa.ods": _("Decision of the dispute body, European Union"),
    "eu.p2b.terminate": _("End of a business user’s service, European Union"),
    "uk.hosting": _("Removal, United Kingdom"),
    "uk.p2b.terminate": _("End of a business user’s service, United Kingdom"),
    "cn.ecl.act": _("Measures, China"),
    "cn.ecl.wait": _("Right holder’s word after a statement, China"),
    "in.copyright.remove": _("Removal, Indian copyright"),
    "in.copyright.hold": _("Kept down until a court orders, Indian copyright"),
    "in.it.resolve": _("Grievance, India"),
    "in.it.listed": _("Grievance on a listed category, India"),
    "in.it.order": _("Order of a court or the government, India"),
    "br.stf": _("Removal, Brazil"),
    "jp.idpa.notify": _("Telling the outcome, Japan"),
    "jp.idpa.sender": _("Sender’s word, Japan"),
    "sg.putback": _("Putting back, Singapore copyright"),
}

KINDS: dict[Kind, Promise] = {
    Kind.FIXED: _("Set by law"),
    Kind.WINDOW: _("Window set by law"),
    Kind.MINIMUM_WINDOW: _("At least this long by law"),
    Kind.STANDARD: _("Service level"),
    Kind.REMINDER: _("Reminder"),
    Kind.RETENTION: _("Kept until then"),
    Kind.PLATFORM_PRACTICE: _("Practice of another marketplace"),
    Kind.PRIORITY: _("Order of the queue"),
    Kind.PENDING: _("Law not in force"),
}

EFFECTS: dict[Effect, Promise] = {
    Effect.NONE: _("Nothing happens by itself when it runs out."),
    Effect.OVERDUE: _("When it runs out, the case is shown as overdue. Nothing is decided by itself."),
    Effect.ESCALATE: _(
        "When it runs out, a time set by law has passed and a senior looks. Nothing is decided by itself."
    ),
    Effect.REMIND: _("When it runs out, a person is reminded. Nothing happens by itself."),
    Effect.RETURN_TO_DESK: _("When it runs out, a reviewer decides on what there is. Nothing is rejected by itself."),
    Effect.PUT_BACK: _("When it runs out, what was taken down is put back by itself."),
}


def name_of(rule_id: str) -> str:
    """Names a clock in words; an unnamed one by what the rule asks for."""
    return str(NAMES.get(rule_id) or find(rule_id).action)


def kind_of(rule_id: str) -> str:
    """Says which kind of number it is; a limit of our own is no law's."""
    rule = find(rule_id)
    return str(_("Rule of this desk")) if rule.kind == Kind.FIXED and not is_law(rule_id) else str(KINDS[rule.kind])


def effect_in_words(rule_id: str) -> str:
    """Says what comes of it when it runs out."""
    effect = effects.conduct_of(rule_id).effect
    acts = effect != Effect.PUT_BACK or rule_id in effects.automatic()
    return str(EFFECTS[effect if acts else Effect.REMIND])

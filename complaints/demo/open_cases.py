"""The cases that are under way: one or more in every state that a complaint, an item or a measure can be in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from brands.models import IPRight
from complaints import casework
from complaints.casework.notices import Notice, confirm_token
from complaints.demo.accounts import Cast
from complaints.demo.cases import decide, draft, enforce, file
from complaints.demo.market import FAKE_STORES, LIVE_NOW, Stock
from complaints.demo.plan import REJECTED, Verdict
from complaints.models import Complaint, StatementOfReasons
from portal.accounts.actors import SYSTEM, Actor, ActorKind
from portal.marketplace.connectors import sandbox
from portal.marketplace.demo_plan import Planned
from portal.marketplace.models import Target

COPY = "We supply none of these sellers. Our name stands on goods that we never made, at a fifth of our price."
SEEN = "The goods carry the registered word, the price is a fifth of the usual, and nothing shows where they come from."
PEAKS = (
    "The white peaks on the chest are our registered picture, line for line. The second offer looks wrong to us too."
)
LOOKS_LIKE = (
    "Name, pictures and text make buyers believe that this is a shop of the owner. It is not, as its imprint shows."
)
LOOKS_LIKE_US = "They use our name, our pictures and our size chart. Buyers send us their returns."


@dataclass(slots=True)
class Desk:
    """Everything that the open cases need, and the copies that are still on offer."""

    people: Cast
    rights: dict[str, IPRight]
    stock: Stock
    now: datetime

    def ago(self, **span: float) -> datetime:
        return self.now - timedelta(**span)

    def copies(self, count: int, hours: float) -> list[str]:
        """Takes copies that no case has reported yet and that were on offer so many hours ago."""
        return take(self.stock.fresh, count, self.ago(hours=hours + 1))

    def file(
        self,
        by: str,
        lines: list[str],
        when: datetime,
        *,
        reason: str = "counterfeit",
        text: str = COPY,
        right: str = "EM TARNFELL",
    ) -> Complaint:
        """Files for the first organisation, under its word mark unless told otherwise."""
        filer, used = self.people.member(by), self.rights[right]
        return file(filer, used, reason, text, lines, when, evidence=len(lines) > 2)


def take(pile: list[Planned], count: int, before: datetime) -> list[str]:
    """Takes the first offers of the pile that are older than a moment."""
    chosen = [each for each in pile if each.created_at < before][:count]
    pile[:] = [each for each in pile if each not in chosen]
    return [each.marketplace_id for each in chosen]


def play_older(desk: Desk) -> None:
    """Two finished stories that are not about offers: one taken back, and a store that was closed by two people."""
    plain = take(desk.stock.plain, 1, desk.ago(days=21))
    taken_back = desk.file("agent", plain, desk.ago(days=20, hours=4))
    casework.withdraw(
        actor=desk.people.member("agent"),
        complaint_id=taken_back.pk,
        item_ids=list(taken_back.items.values_list("pk", flat=True)),
        now=desk.ago(days=20, hours=1),
    )
    _close_store(desk, desk.ago(days=13))
    _lumora_past(desk)


def _close_store(desk: Desk, when: datetime) -> None:
    number, handle = FAKE_STORES[0][:2]
    filed = desk.file("owner", [f"@{handle}"], when, reason="impersonation", text=LOOKS_LIKE_US)
    held = _decide(desk, filed, [Verdict([number], "C-04", LOOKS_LIKE)], when + timedelta(hours=5))
    done = when + timedelta(hours=22)
    casework.confirm(actor=desk.people.staff("senior"), decision_id=held[0], now=done)
    enforce(filed, done + timedelta(minutes=2))


def _lumora_past(desk: Desk) -> None:
    """The other organisation has a past of its own, which the first must never see."""
    lines = [each.marketplace_id for each in desk.stock.lumora[:2]]
    when = desk.ago(days=9, hours=3)
    filed = file(desk.people.member("outsider"), desk.rights["EM LUMORA"], "counterfeit", COPY, lines, when)
    _decide(desk, filed, [Verdict(lines, "C-01", SEEN)], when + timedelta(hours=20))
    enforce(filed, when + timedelta(hours=20, minutes=3))


def _decide(desk: Desk, filed: Complaint, verdicts: list[Verdict], when: datetime, by: str = "reviewer") -> list[int]:
    reviewer = desk.people.staff(by)
    casework.claim(actor=reviewer, complaint_id=filed.pk, now=when - timedelta(minutes=8))
    return [decision.pk for decision in decide(reviewer, filed, verdicts, when)]


def play_measures_to_mend(desk: Desk) -> None:
    """Two accepted cases whose measures did not go as asked: one refused by the marketplace, one half carried out."""
    for mode, hours in (("refuse", 27), ("half", 19)):
        lines = desk.copies(1, hours + 16)
        filed = desk.file("agent", lines, desk.ago(hours=hours + 16))
        target = Target.objects.get(marketplace_id=lines[0])
        sandbox.set_behaviour(actor=SYSTEM, mode=mode, target=target, remaining=1, now=desk.now)
        _decide(desk, filed, [Verdict(lines, "C-01", SEEN)], desk.ago(hours=hours))
        enforce(filed, desk.ago(hours=hours - 0.05))


def play_waiting(desk: Desk) -> None:
    """What has waited at the desk for a day or more, one of them in the hands of a senior right now."""
    for by, count, hours in (("agent", 3, 46.2), ("owner", 1, 39), ("agent", 9, 26)):
        desk.file(by, desk.copies(count, hours), desk.ago(hours=hours))
    read = desk.file("agent", desk.copies(1, 33), desk.ago(hours=33))
    casework.claim(actor=desk.people.staff("senior"), complaint_id=read.pk, now=desk.ago(minutes=4))
    _waits_for_a_second_person(desk)


def play_recent(desk: Desk) -> None:
    """What happened in the last hours; the mails about these are kept."""
    _partly_accepted(desk)
    _waits_for_an_answer(desk)
    _notices(desk)
    _just_filed(desk)
    _begun(desk)


def _partly_accepted(desk: Desk) -> None:
    """Accepted in part a day ago; the seller has answered and nobody has read it yet."""
    (genuine,) = take(desk.stock.genuine, 1, desk.ago(days=3))
    lines, peaks = ["LS-88120977", genuine], "EM Three peaks"
    filed = desk.file("owner", lines, desk.ago(hours=44), reason="similar_sign", text=PEAKS, right=peaks)
    text = "The picture is the registered one, on jackets, and “style” in the title does not change what buyers see."
    verdicts = [Verdict(["LS-88120977"], "C-02", text), Verdict([genuine], "R-04", REJECTED["R-04"])]
    _decide(desk, filed, verdicts, desk.ago(hours=23))
    enforce(filed, desk.ago(hours=22.9))
    told = StatementOfReasons.objects.get(decision__complaint=filed, account__handle="peakdeals_77")
    casework.respond(
        actor=Actor(kind=ActorKind.RESPONDENT, user=desk.people.user("seller")),
        statement=told,
        text="The picture came from the wholesaler. I have the invoice here and can send it. May I sell it without?",
        now=desk.ago(hours=3),
    )


def _waits_for_an_answer(desk: Desk) -> None:
    filed = desk.file("owner", desk.copies(2, 60), desk.ago(hours=60))
    reviewer = desk.people.staff("reviewer")
    casework.claim(actor=reviewer, complaint_id=filed.pk, now=desk.ago(hours=21))
    items = list(filed.items.values_list("pk", flat=True))
    text = "Both sellers say that you supplied them in spring. Did you sell to either of them, or to their wholesaler?"
    casework.ask(actor=reviewer, complaint_id=filed.pk, item_ids=items, text=text, now=desk.ago(hours=20.8))


def _waits_for_a_second_person(desk: Desk) -> None:
    number, handle = FAKE_STORES[1][:2]
    filed = desk.file("owner", [f"@{handle}"], desk.ago(hours=30), reason="impersonation", text=LOOKS_LIKE_US)
    _decide(desk, filed, [Verdict([number], "C-04", LOOKS_LIKE)], desk.ago(hours=4))


def _notices(desk: Desk) -> None:
    """Two notices by the public: one in the queue, one whose sender has not confirmed the address yet."""
    bears = Target.objects.filter(kind="listing", state="live", listing__nice_class=28).order_by("-id")
    for target, hours, confirmed in ((bears[0], 7, True), (bears[1], 2, False)):
        notice = Notice(
            name="Notice Sender",
            email="elin@notices.test",
            organisation_name="Bamsegården plush workshop",
            claimed_right="Trade mark BAMSEGÅRDEN, class 28, Sweden",
            reason="counterfeit",
            explanation="The bow and the label are those of our bears, and our name stands on the tag.",
            lines=target.url,
            good_faith=True,
        )
        sent = casework.start_notice(notice=notice, now=desk.ago(hours=hours))
        if confirmed:
            casework.confirm_notice(token=confirm_token(sent), now=desk.ago(hours=hours - 0.2))


def _just_filed(desk: Desk) -> None:
    """The newest of the queue: one of each organisation, and a livestream that is due within minutes."""
    desk.file("owner", desk.copies(2, 6.5), desk.ago(hours=6.5))
    lumora = take(desk.stock.fresh_lumora, 2, desk.ago(hours=16))
    theirs = desk.rights["EM LUMORA"]
    file(desk.people.member("outsider"), theirs, "counterfeit", COPY, lumora, desk.ago(hours=15))
    text = "On air now: our logo behind the presenter, copies pinned below."
    seen = f"{LIVE_NOW} 03:10-04:45 | The logo hangs behind the presenter; the copies are pinned from then on."
    desk.file("agent", [seen], desk.ago(minutes=11), reason="mark_in_content", text=text)


def _begun(desk: Desk) -> None:
    """A draft that was left half way: some lines are ready, one is mistyped, one is on another site."""
    lines = [
        *desk.copies(2, 26),
        "https://shop.example/v/7730912 00:12-00:30 | The label is seen from close by.",
        "https://shop.example/item/8813",
        "https://other-market.example/p/77120",
    ]
    draft(
        desk.people.member("owner"),
        desk.rights["EM TARNFELL"],
        "counterfeit",
        "Seen by our dealer in Lille. The lining has",
        lines,
        desk.ago(hours=26),
    )


def sold_for(stock: Stock) -> list[Planned]:
    """The past offers that these stories report, to be seeded with the others."""
    return stock.lumora[:2]

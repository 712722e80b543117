"""The whole story in Chromium, through pages and mail alone: from signing up to a counterfeit that is gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.marketplace import catalogue
from portal.marketplace.models import Account, Target
from tests.accounts.factories import make_staff, make_user
from tests.journeys import hands
from tests.journeys.hands import World, a_file, link_in

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OWNER, COLLEAGUE = "mira@tarnfell.test", "jonas@tarnfell.test"
SELLER, REVIEWER = "contact@peakdeals.test", "reviewer@desk.test"
ABSENT = "LS-88129999"


def test_counterfeit_is_taken_down(world: World) -> None:
    shop = open_marketplace()
    owner = sign_up_with_an_organisation(world)
    invite_a_colleague(world, owner)
    staff = staff_signs_in(world)

    register_a_trademark(owner)
    desk_rejects_the_right(staff)
    owner_corrects_the_right(world, owner)
    desk_approves_the_right(world, staff, owner)

    choose_right_and_reason(owner)
    report_items(owner, shop)
    attach_evidence(owner)
    sign_the_declarations(world, owner)
    reference = submit(world, owner)

    reviewer_asks(staff, reference, shop)
    owner_answers(world, owner, reference)
    teach_the_sandbox_to_lie(staff, shop["liar"])
    reviewer_rejects_one(staff, reference, shop)
    reviewer_accepts_the_rest(staff, shop)
    the_shop_shows_what_was_removed(world, owner, shop)
    desk_sends_again_what_the_sandbox_lied_about(world, staff, shop["liar"], reference)

    complainant_is_told(world, owner, reference, shop)
    respondent_reads_and_answers(world, reference, shop)
    seller_finds_it_in_the_account(world, reference)
    dashboard_counts_it(owner, reference)


# --- the marketplace, which is not ours


def open_marketplace() -> dict[str, Target]:
    """Opens a shop with four offers of one seller, who has an account and holds it with us."""
    now = timezone.now()
    seller = catalogue.create_account(
        marketplace_id="SA-7001", handle="peakdeals", title="Peak Deals", contact_email=SELLER, now=now
    )
    seller.holders.add(make_user(SELLER, name="Pia Deals"))
    titles = {
        "first": "TARNFEL hooded jacket",
        "second": "Tarnfell style fleece",
        "liar": "TARNFELL rain jacket",
        "honest": "Patch for TARNFELL jackets",
    }
    return {name: an_offer(seller, 88_120_431 + 7 * n, titles[name]) for n, name in enumerate(titles)}


def an_offer(seller: Account, number: int, title: str) -> Target:
    target = catalogue.create_listing(
        marketplace_id=f"LS-{number}", title=title, owner=seller, market="DE", nice_class=25, price="39.90",
        description="New with tags, ships from stock.", goods="Jackets", now=timezone.now(),
    )  # fmt: skip
    target.picture.save("offer.png", SimpleUploadedFile("offer.png", hands.png("teal", title)), save=True)
    return target


# --- 1. accounts and an organisation


def sign_up_with_an_organisation(world: World) -> Page:
    """Signs up by e-mail, opens the link of the mail and sets up an organisation."""
    page = world.visitor()
    page.goto("/")
    page.get_by_role("link", name="Create an account").first.click()
    hands.sign_up(world, page, name="Mira Holm", email=OWNER)
    page.wait_for_url("**/organisations/new/")
    page.get_by_label("Name of the organisation").fill("Tarnfell Outdoor AB")
    page.get_by_label("Country").select_option("SE")
    page.get_by_role("button", name="Set up organisation").click()
    page.get_by_text("You are its administrator").first.wait_for()
    return page


def invite_a_colleague(world: World, owner: Page) -> None:
    """Invites a colleague as agent; they sign up in a browser of their own and accept."""
    owner.get_by_role("navigation", name="Main").get_by_role("link", name="Organisation").click()
    owner.get_by_label("E-mail address").fill(COLLEAGUE)
    owner.locator("#inv ~ form").get_by_label("Role").select_option("agent")
    owner.get_by_role("button", name="Send invitation").click()
    owner.get_by_text(f"An invitation is on its way to {COLLEAGUE}").first.wait_for()

    colleague = world.visitor()
    colleague.goto(link_in(world.letter(COLLEAGUE, "Tarnfell Outdoor AB"), "/organisations/invitation/"))
    colleague.get_by_role("heading", name="Join Tarnfell Outdoor AB").wait_for()
    colleague.get_by_role("main").get_by_role("link", name="Create an account").click()
    hands.sign_up(world, colleague, name="Jonas Berg", email=COLLEAGUE)
    colleague.get_by_role("button", name="Accept invitation").click()
    colleague.get_by_text("Welcome to Tarnfell Outdoor AB").first.wait_for()
    owner.reload()
    owner.get_by_role("row", name="Jonas Berg").get_by_role("combobox").wait_for()
    assert owner.get_by_role("row", name="Jonas Berg").get_by_role("combobox").input_value() == "agent"


def staff_signs_in(world: World) -> Page:
    """A reviewer signs in with password and authenticator code."""
    make_staff(email=REVIEWER, name="Rosa Lind")
    page = world.visitor()
    hands.sign_in_as_staff(page, REVIEWER)
    return page


# --- 2. a right


def register_a_trademark(owner: Page) -> None:
    """Registers a combined mark with logo and certificate; a wrong number is answered while it is typed."""
    owner.goto("/rights/register/")
    owner.get_by_label("New brand").fill("Tarnfell")
    owner.locator("input[name=mark_kind][value=combined]").check()
    owner.get_by_label("Words of the mark").fill("TARNFELL")
    owner.get_by_label("Picture of the mark").set_input_files(a_file("logo.png", hands.png("navy", "TARNFELL")))
    owner.get_by_label("Office", exact=False).first.select_option("EM")
    owner.get_by_label("Registration number").fill("01614290799")
    owner.locator(".err").filter(has_text="018228224").wait_for()
    owner.get_by_label("Registration number").fill("016142907")
    owner.get_by_text("016142907 fits the numbers of EUIPO").first.wait_for()
    owner.get_by_label("Owner").fill("Tarnfell Outdoor AB")
    year = timezone.now().year
    owner.get_by_label("Filed on").fill(f"{year - 6}-12-14")
    owner.get_by_label("Registered on").fill(f"{year - 5}-03-27")
    owner.get_by_label("Expires on").fill(f"{year + 4}-12-14")
    owner.locator("input[name=classes][value='18']").check()
    owner.locator("input[name=classes][value='25']").check()
    owner.locator("input[name=certificate]").set_input_files(a_file("certificate.pdf", hands.pdf(), "application/pdf"))
    owner.get_by_role("button", name="Save and send to the desk").click()
    owner.get_by_text("Sent to the desk").first.wait_for()
    owner.locator(".head").get_by_text("In review").first.wait_for()


def desk_rejects_the_right(staff: Page) -> None:
    """The desk reads the right beside its certificate and rejects it with a reason."""
    open_right_at_the_desk(staff)
    staff.get_by_label("Reason or note").fill("The certificate names another owner. Send the extract of today.")
    staff.get_by_role("button", name="Reject right").click()
    staff.get_by_text("Decided. The organisation is told.").first.wait_for()


def open_right_at_the_desk(staff: Page) -> None:
    staff.goto("/admin/brands/ipright/")
    staff.locator("#result_list").get_by_role("link", name="TARNFELL").click()
    staff.get_by_role("heading", name="TARNFELL", level=1).wait_for()


def owner_corrects_the_right(world: World, owner: Page) -> None:
    """The owner is told by mail and on the dashboard, corrects the file and sends it again."""
    assert "names another owner" in world.letter(OWNER, "Rejected").body
    owner.goto("/complaints/dashboard/")
    owner.get_by_text("The certificate names another owner").first.wait_for()
    owner.get_by_role("link", name="Correct and send again").click()
    owner.get_by_text("The certificate names another owner").first.wait_for()
    owner.get_by_role("link", name="Change TARNFELL").click()
    owner.locator("input[name=certificate]").set_input_files(a_file("extract.pdf", hands.pdf(), "application/pdf"))
    owner.get_by_role("button", name="Save and send to the desk").click()
    owner.get_by_text("Sent to the desk").first.wait_for()


def desk_approves_the_right(world: World, staff: Page, owner: Page) -> None:
    """The desk looked into the office's register and approves; the owner is told."""
    open_right_at_the_desk(staff)
    staff.get_by_label("Register status seen today").select_option("registered")
    staff.get_by_role("button", name="Approve right").click()
    staff.get_by_text("Decided. The organisation is told.").first.wait_for()
    world.letter(OWNER, "Approved: TARNFELL")
    owner.goto("/rights/")
    owner.get_by_role("row", name="TARNFELL").get_by_text("Approved").first.wait_for()


# --- 3. a complaint


def choose_right_and_reason(owner: Page) -> None:
    """Steps one and two; a draft is kept when one leaves in between."""
    owner.goto("/complaints/dashboard/")
    owner.get_by_role("link", name="File a complaint").click()
    owner.get_by_role("radio", name="TARNFELL").check()
    owner.get_by_role("button", name="Go on to reason").click()
    owner.get_by_role("radio", name="The price is too low").check()
    owner.get_by_role("button", name="Go on to items").click()
    owner.get_by_text("Selling genuine goods cheaply does not infringe a mark").first.wait_for()
    owner.get_by_role("radio", name="Counterfeit").check()
    owner.get_by_label("What should the reviewer know?").fill("The chest logo is copied. We never sold this model.")
    owner.get_by_role("button", name="Save and leave").click()
    owner.get_by_text("Draft saved. It waits for you").first.wait_for()
    owner.get_by_role("link", name="Go on").click()


def report_items(owner: Page, shop: dict[str, Target]) -> None:
    """Step three: pastes lines of which one is not found and one comes twice, corrects, and adds a CSV file."""
    lines = [shop["first"].url, shop["second"].marketplace_id, ABSENT, shop["first"].marketplace_id]
    owner.get_by_label("Links or ids").fill("\n".join(lines))
    answers = owner.locator("#answers")
    answers.get_by_text("2 go into the complaint, 1 left out, 1 to correct").first.wait_for()
    answers.get_by_role("row", name=ABSENT).get_by_text("Not found").first.wait_for()
    owner.get_by_role("button", name="Go on to evidence").click()
    owner.get_by_text("Correct or remove: 3").first.wait_for()
    owner.get_by_label("Links or ids").fill("\n".join([*lines[:2], lines[3]]))
    answers.get_by_text("2 go into the complaint, 1 left out, 0 to correct").first.wait_for()
    owner.get_by_text("Upload CSV").click()
    table = "link,note\n{}\n{},=1+1\n".format(shop["liar"].url, shop["honest"].url)
    owner.get_by_label("Or a CSV file").set_input_files(a_file("report.csv", table.encode("utf-8-sig"), "text/csv"))
    owner.get_by_role("button", name="Check lines").click()
    answers.get_by_text("4 go into the complaint, 1 left out, 0 to correct").first.wait_for()
    owner.get_by_role("button", name="Go on to evidence").click()


def attach_evidence(owner: Page) -> None:
    """Step four: a file in disguise is refused, a picture is taken."""
    owner.locator("input[name=file]").set_input_files(a_file("proof.png", b"MZ not a picture", "image/png"))
    owner.get_by_role("button", name="Add this file").click()
    owner.locator("#errors").wait_for()
    owner.locator("input[name=file]").set_input_files(a_file("test-purchase.png", hands.png("maroon", "receipt")))
    owner.get_by_label("What it shows").fill("Test purchase of 12 May")
    owner.get_by_role("button", name="Add this file").click()
    owner.get_by_role("link", name="test-purchase.png").wait_for()
    owner.get_by_role("button", name="Go on to declarations").wait_for()


def sign_the_declarations(world: World, owner: Page) -> None:
    """Step five: asked again who it is once the sign-in has grown old, then signs with the full name."""
    fresh_for = world.settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    world.settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    owner.get_by_role("button", name="Go on to declarations").click()
    owner.get_by_role("heading", name="Confirm that it is you").wait_for()
    world.settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = fresh_for
    hands.confirm_password(owner)
    owner.get_by_role("heading", name="What do you declare?").wait_for()
    owner.get_by_label("I have read these declarations").check()
    owner.get_by_label("Your full name").fill("Somebody Else")
    owner.get_by_role("button", name="Go on to review").click()
    owner.locator("#errors").wait_for()
    owner.get_by_label("I have read these declarations").check()
    owner.get_by_label("Your full name").fill("Mira Holm")
    owner.get_by_role("button", name="Go on to review").click()


def submit(world: World, owner: Page) -> str:
    """Step six: reviews and submits; an acknowledgement with the reference goes out at once."""
    owner.get_by_text("Test purchase").or_(owner.get_by_text("test-purchase.png")).first.wait_for()
    owner.get_by_role("button", name="Submit 4 items").click()
    heading = owner.get_by_role("heading", level=1).filter(has_text="TARNFELL")
    heading.wait_for()
    reference = heading.inner_text().split(":")[0]
    letter = world.letter(OWNER, reference)
    assert "We received your complaint" in letter.subject
    assert link_in(letter, "/complaints/") == owner.url
    return reference


# --- 4. the desk


def reviewer_asks(staff: Page, reference: str, shop: dict[str, Target]) -> None:
    """Takes the next case and asks about one item."""
    staff.goto("/admin/complaints/complaint/desk/")
    staff.get_by_role("button", name="Take the next case").click()
    staff.get_by_role("heading", level=1).filter(has_text=reference).wait_for()
    staff.get_by_text("Claimed by you").first.wait_for()
    choose(staff, shop["honest"])
    staff.get_by_label("Decision").select_option("ask")
    staff.get_by_label("Text to both sides").fill("Is the patch sold with a jacket of yours?")
    decide_button(staff).click()
    staff.get_by_text("Asked about 1 item").first.wait_for()


def choose(staff: Page, *targets: Target) -> None:
    for target in targets:
        staff.get_by_role("checkbox", name=f"Select {target.title}").check()


def owner_answers(world: World, owner: Page, reference: str) -> None:
    """The owner is told by mail, opens its link and answers on the page."""
    owner.goto(link_in(world.letter(OWNER, f"The reviewer asks about {reference}"), "/complaints/"))
    owner.get_by_text("The reviewer asks about 1 item").first.wait_for()
    owner.get_by_text("Is the patch sold with a jacket of yours?").first.wait_for()
    owner.get_by_label("Your answer to the reviewer").fill("No, it is sold alone.")
    owner.get_by_role("button", name="Send answer").click()
    owner.get_by_text("Your answer is with the reviewer").first.wait_for()


def teach_the_sandbox_to_lie(staff: Page, target: Target) -> None:
    """Tells the sandbox to say done about one offer and do nothing."""
    set_behaviour(staff, target, "Lie")


def set_behaviour(staff: Page, target: Target, mode: str) -> None:
    staff.goto(f"/sandbox/controls/?target={target.marketplace_id}")
    staff.get_by_role("radio", name=mode).check()
    staff.get_by_label("Target", exact=True).fill(target.marketplace_id)
    staff.get_by_role("button", name="Set behaviour").click()
    staff.get_by_role("row", name=target.marketplace_id).get_by_text(mode).first.wait_for()


def reviewer_rejects_one(staff: Page, reference: str, shop: dict[str, Target]) -> None:
    """Reads the answer and rejects one item, with reason and text, after a look at what each side will receive."""
    staff.goto("/admin/complaints/complaint/desk/?view=yours")
    staff.get_by_role("link", name=reference).first.click()
    staff.get_by_text("No, it is sold alone.").first.wait_for()
    choose(staff, shop["honest"])
    staff.get_by_label("Decision").select_option("rejected")
    staff.get_by_label("Reason (policy").select_option("R-09")
    staff.get_by_label("Text to both sides").fill("The mark only says for which jackets the patch is meant.")
    staff.get_by_role("button", name="Preview", exact=True).click()
    staff.locator("#preview").get_by_text("The mark only says for which jackets").first.wait_for()
    decide_button(staff).click()
    staff.get_by_text("1 item decided.").first.wait_for()


def decide_button(staff: Page) -> Locator:
    return staff.get_by_role("button", name=re.compile(r"^Decide (\d+|the chosen) items?$"))


def reviewer_accepts_the_rest(staff: Page, shop: dict[str, Target]) -> None:
    """Looks at snapshot and mark side by side and accepts three items at once."""
    staff.get_by_role("link", name=shop["liar"].title).click()
    staff.locator("#pair").get_by_text(shop["liar"].marketplace_id).first.wait_for()
    choose(staff, shop["first"], shop["second"], shop["liar"])
    staff.get_by_label("Decision").select_option("accepted")
    staff.get_by_label("Reason (policy").select_option("C-01")
    staff.get_by_label("Text to both sides").fill("The chest logo is copied, and the owner never made this model.")
    staff.get_by_role("button", name="Preview", exact=True).click()
    staff.locator("#preview").get_by_text("We removed your listing").first.wait_for()
    decide_button(staff).click()
    staff.get_by_text("3 items decided.").first.wait_for()


# --- 5. the measure


def the_shop_shows_what_was_removed(world: World, owner: Page, shop: dict[str, Target]) -> None:
    """The measures leave; the shop shows two offers as removed, one still on sale, one as it was."""
    world.run_outbox()
    for name in ("first", "second"):
        open_offer(owner, shop[name])
        owner.get_by_text("This listing was removed").first.wait_for()
    for name in ("liar", "honest"):
        open_offer(owner, shop[name])
        owner.locator(".price").wait_for()
        assert owner.get_by_text("This listing was removed").count() == 0


def open_offer(page: Page, target: Target) -> None:
    page.goto(f"/sandbox/item/{target.marketplace_id.removeprefix('LS-')}")
    page.get_by_role("heading", name=target.title, level=1).wait_for()


def desk_sends_again_what_the_sandbox_lied_about(world: World, staff: Page, target: Target, reference: str) -> None:
    """The desk shows the lie; once the sandbox agrees, the order is sent again and confirmed."""
    assert world.letters(OWNER, f"Carried out: complaint {reference}") == 0
    staff.reload()
    note = staff.locator(".note").filter(has_text="Not as reported").filter(has_text=target.marketplace_id)
    note.wait_for()
    case = staff.url
    set_behaviour(staff, target, "Agree")
    staff.goto(case)
    note.get_by_role("button", name="Send again").click()
    staff.get_by_text("The measure is on its way again").first.wait_for()
    world.run_outbox()
    staff.reload()
    staff.get_by_role("row", name=target.title).get_by_text("Carried out").first.wait_for()
    assert note.count() == 0


# --- 6. both sides are told


def complainant_is_told(world: World, owner: Page, reference: str, shop: dict[str, Target]) -> None:
    """Mails for each decision and for what was carried out; then the timeline of the complaint and of one item."""
    assert world.letters(OWNER, f"Decision on your complaint {reference}") == 2
    assert world.letters(OWNER, f"Carried out: complaint {reference}") == 1
    owner.goto(link_in(world.letter(OWNER, "Carried out"), "/complaints/"))
    owner.get_by_text("Partially accepted").first.wait_for()
    owner.get_by_text("3 accepted, 1 rejected, 0 open").first.wait_for()
    story = owner.locator("section", has=owner.get_by_role("heading", name="Timeline")).locator("ol.time li")
    assert story.count() >= 5
    owner.get_by_role("row", name=shop["honest"].title).get_by_text("Rejected").first.wait_for()
    owner.get_by_role("link", name=shop["liar"].title).click()
    owner.get_by_role("heading", name="Timeline of this item").wait_for()
    owner.get_by_text("Carried out").first.wait_for()
    assert owner.locator("ol.time li").count() >= 3


def respondent_reads_and_answers(world: World, reference: str, shop: dict[str, Target]) -> None:
    """Whoever has the mail of the account opens its link without signing in, reads, looks and answers."""
    assert world.letters(SELLER, "A decision about your account peakdeals") == 1, "a rejection is no news to the seller"
    page = world.visitor()
    page.goto(link_in(world.letter(SELLER, "A decision about your account"), "/decisions/"))
    page.get_by_role("heading", name="We decided about your account peakdeals").wait_for()
    page.get_by_text("The chest logo is copied").first.wait_for()
    page.get_by_text("Reported by: Tarnfell Outdoor AB").first.wait_for()
    assert page.get_by_text(shop["honest"].title).count() == 0
    assert page.get_by_text("Mira Holm").count() == 0
    pictures = page.get_by_role("region", name="What was seen").get_by_role("img", name="Picture of your offer")
    assert pictures.count() == 3
    pictures.first.scroll_into_view_if_needed()
    page.wait_for_function("picture => picture.naturalWidth > 0", arg=pictures.first.element_handle())
    page.get_by_label("Why is this wrong?").fill("We bought these from a wholesaler and have the invoice.")
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_text("Your answer is with the desk").first.wait_for()
    page.get_by_text("We bought these from a wholesaler").first.wait_for()


def seller_finds_it_in_the_account(world: World, reference: str) -> None:
    """The holder of the account signs in and finds the same decision on the first page."""
    page = world.visitor()
    hands.sign_in(page, SELLER)
    page.goto("/")
    page.wait_for_url("**/decisions/")
    page.get_by_role("link", name="Counterfeit goods").click()
    page.get_by_text("We bought these from a wholesaler").first.wait_for()


def dashboard_counts_it(owner: Page, reference: str) -> None:
    """Nothing waits, one complaint is decided, and there are times."""
    owner.goto("/complaints/dashboard/")
    owner.get_by_role("heading", name="0 things wait for you").wait_for()
    figures = owner.locator("dl.figs > div")
    assert "0" in figures.filter(has_text="Open complaints").inner_text()
    assert "0 accepted, 1 partially, 0 rejected" in figures.filter(has_text="Decided, 4 weeks").inner_text()
    assert "min" in figures.filter(has_text="Median to decision").inner_text()
    assert "min" in figures.filter(has_text="Median to removal").inner_text()
    owner.get_by_role("row", name=reference).get_by_text("Partially accepted").first.wait_for()

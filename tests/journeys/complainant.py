"""What the rights holder of the story does, from signing up to the last figure on the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from portal.marketplace.models import Target
from tests.journeys import hands
from tests.journeys.hands import COLLEAGUE, OWNER, World, a_file, link_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

ABSENT = "LS-88129999"


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


def send_its_documents(world: World, owner: Page) -> None:
    """The dashboard leads to the check: facts and an extract go to the desk; a file in disguise does not."""
    owner.goto("/complaints/dashboard/")
    owner.get_by_text("Show us who Tarnfell Outdoor AB is").first.wait_for()
    owner.get_by_role("link", name="Send its documents").click()
    owner.get_by_role("heading", name="Verification of Tarnfell Outdoor AB").wait_for()
    assert owner.get_by_role("button", name="Send to the desk").is_disabled()
    owner.get_by_label("Company number").fill("556677-8899")
    owner.get_by_label("Register contact").fill("register@tarnfell.test")
    owner.get_by_role("button", name="Save", exact=True).click()
    owner.get_by_text("Saved. Nothing was sent").first.wait_for()
    owner.locator("input[name=file]").set_input_files(a_file("extract.pdf", b"MZ no document", "application/pdf"))
    owner.get_by_role("button", name="Add document").click()
    owner.locator("#errors").wait_for()
    owner.locator("input[name=file]").set_input_files(a_file("extract.pdf", hands.pdf(), "application/pdf"))
    owner.get_by_role("button", name="Add document").click()
    owner.get_by_text("The document is added").first.wait_for()
    owner.get_by_role("button", name="Send to the desk").click()
    owner.get_by_text("The desk has it").first.wait_for()
    world.letter(OWNER, "We have the documents of Tarnfell Outdoor AB")


def owner_is_verified(world: World, owner: Page) -> None:
    """The owner is told by mail, and reads it on the page that the mail leads to."""
    owner.goto(link_in(world.letter(OWNER, "Verified: Tarnfell Outdoor AB"), "/organisations/identity/"))
    owner.get_by_text("Its rights can be approved").first.wait_for()
    owner.goto("/complaints/dashboard/")
    assert owner.get_by_text("The desk is verifying").count() == 0


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


def register_a_trademark(owner: Page) -> None:
    """Registers a combined mark with logo and certificate; a wrong number is answered while it is typed."""
    owner.goto("/rights/register/trademark/")
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


def choose_right_and_reason(owner: Page) -> None:
    """Steps one and two; a draft is kept when one leaves in between."""
    owner.goto("/complaints/dashboard/")
    owner.get_by_role("link", name="File a complaint").click()
    owner.get_by_role("radio", name="TARNFELL").check()
    owner.get_by_role("button", name="Go on to reason").click()
    owner.get_by_role("radio", name="The price is too low").check()
    owner.get_by_role("button", name="Go on to items").click()
    owner.get_by_text("Selling genuine goods cheaply does not infringe a right").first.wait_for()
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
    owner.get_by_role("heading", name="Lines that need you").wait_for()
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
    hands.tick_all(owner)
    owner.get_by_label("Your full name").fill("Somebody Else")
    owner.get_by_role("button", name="Go on to review").click()
    owner.locator("#errors").wait_for()
    hands.tick_all(owner)
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


def owner_answers(world: World, owner: Page, reference: str) -> None:
    """The owner is told by mail and on the dashboard, and answers on the page that both lead to."""
    address = link_in(world.letter(OWNER, f"The reviewer asks about {reference}"), "/complaints/")
    owner.goto("/complaints/dashboard/")
    owner.get_by_role("heading", name="1 thing waits for you").wait_for()
    owner.get_by_role("link", name=f"Answer {reference}").click()
    owner.wait_for_url(f"{address}**")
    owner.get_by_text("The reviewer asks about 1 item").first.wait_for()
    owner.get_by_text("Is the patch sold with a jacket of yours?").first.wait_for()
    owner.get_by_label("Your answer to the reviewer").fill("No, it is sold alone.")
    owner.get_by_role("button", name="Send answer").click()
    owner.get_by_text("Your answer is with the reviewer").first.wait_for()


def complainant_is_told(world: World, owner: Page, reference: str, shop: dict[str, Target]) -> None:
    """Mails for each decision and for what was carried out; then the timeline of the complaint and of one item."""
    assert world.letters(OWNER, f"Decision on your complaint {reference}") == 2
    assert world.letters(OWNER, f"Carried out: complaint {reference}") == 1
    owner.goto(link_in(world.letter(OWNER, "Carried out"), "/complaints/"))
    owner.get_by_text("Partially accepted").first.wait_for()
    owner.get_by_text("3 accepted, 1 rejected, 0 not decided").first.wait_for()
    story = owner.locator("section", has=owner.get_by_role("heading", name="Timeline")).locator("ol.time li")
    assert story.count() >= 5
    owner.get_by_role("row", name=shop["honest"].title).get_by_text("Rejected").first.wait_for()
    owner.get_by_role("link", name=shop["liar"].title).click()
    owner.get_by_role("heading", name="Timeline of this item").wait_for()
    owner.get_by_text("Carried out").first.wait_for()
    assert owner.locator("ol.time li").count() >= 3


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

"""The pages of people in real browsers: signing in, inviting, accepting, disabling, the record."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bot.accounts.model import Role
from bot.accounts.store import Accounts
from bot.conversations.database import Database
from tests.e2e.conftest import NewPage
from tests.support.axe import assert_accessible
from tests.support.console import database_url
from tests.support.payloads import ELEMENTS, PAYLOADS
from tests.support.staff import PASSWORD, new_account
from tests.support.web_process import WebProcess

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 320, "height": 640}}
DESK = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}
SHOWN = [
    each for each in PAYLOADS if len(each) <= 80 and each.isprintable() and each == " ".join(each.split())
]


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Password", exact=True).press("Enter")


def fits(page: Page) -> None:
    """Nothing has to be scrolled sideways, and nothing is cut off."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    cut = "[...document.querySelectorAll('td')].filter(cell => cell.scrollWidth > cell.clientWidth).length"
    assert page.evaluate(cut) == 0, page.url


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["320 px", "dark desk"])
def test_sign_in_invite_accept_disable(new_page: NewPage, web: WebProcess, screen: dict[str, object]) -> None:
    boss_login = new_account(database_url(web), "administrator", "Berta Boss").login
    boss = new_page(f"{web.url}/console/people", **screen)
    expect(boss).to_have_title("Sign in · NK assistant")
    assert_accessible(boss, "sign in")
    sign_in(boss, boss_login, "not the password")
    expect(boss.get_by_role("alert")).to_contain_text("The login or the password is not right")
    expect(boss.get_by_label("Password", exact=True)).to_be_focused()
    assert_accessible(boss, "sign in, refused")
    fits(boss)
    sign_in(boss, boss_login)
    expect(boss.get_by_role("heading", name="People")).to_be_visible()
    expect(boss.get_by_role("cell", name="Berta Boss").first).to_be_visible()
    assert_accessible(boss, "people")
    fits(boss)

    boss.get_by_role("button", name="Invite somebody").click()
    assert_accessible(boss, "invite")
    boss.get_by_label("Name").fill("Ana Lima")
    boss.get_by_label("Name").press("Enter")
    expect(boss.get_by_role("heading", name="The link is ready")).to_be_visible()
    link = boss.get_by_label("Link", exact=True).input_value()
    assert link.startswith(f"{web.url}/invitation#")
    assert_accessible(boss, "the link")
    boss.get_by_role("button", name="Done").click()
    expect(boss.get_by_role("heading", name="Links that still work")).to_be_visible()

    ana = new_page(link, **screen)
    expect(ana.get_by_text("You are invited as: Advisor")).to_be_visible()
    expect(ana.get_by_label("Your name")).to_have_value("Ana Lima")
    login = f"ana{screen['viewport']['width']}@clinic.example"  # type: ignore[index]
    ana.get_by_label("Login").fill(login)
    ana.get_by_label("New password").fill("ana")
    ana.get_by_role("button", name="Make my account").click()
    expect(ana.get_by_role("alert")).to_contain_text("at least 12 characters")
    assert_accessible(ana, "invitation, refused")
    fits(ana)
    ana.get_by_label("New password").fill(PASSWORD)
    ana.get_by_role("button", name="Make my account").click()
    expect(ana.get_by_role("heading", name="Conversations")).to_be_visible()
    late = new_page(link, **screen)
    expect(late.get_by_role("heading", name="This link does not work")).to_be_focused()
    assert_accessible(late, "a used link")

    boss.reload()
    row = boss.get_by_role("row").filter(has_text=login)
    expect(row).to_contain_text("signed in")
    row.get_by_role("button", name="Change Ana Lima").click()
    assert_accessible(boss, "one person")
    boss.get_by_role("button", name="Disable the account").click()
    assert_accessible(boss, "are you sure")
    boss.get_by_role("dialog", name="Disable the account of Ana Lima?").get_by_role(
        "button", name="Disable the account"
    ).click()
    expect(boss.get_by_text("The account of Ana Lima is disabled.")).to_be_visible()
    boss.keyboard.press("Escape")
    expect(row).to_contain_text("disabled")
    ana.goto(f"{web.url}/console/account")
    expect(ana.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(ana, login)
    expect(ana.get_by_role("alert")).to_contain_text("not right")

    boss.goto(f"{web.url}/console/audit")
    expect(boss.get_by_text("Disabled the account: Ana Lima").first).to_be_visible()
    assert_accessible(boss, "audit")
    fits(boss)
    boss.get_by_role("button", name="Sign out").click()
    expect(boss.get_by_role("heading", name="Sign in")).to_be_visible()
    boss.go_back()
    expect(boss.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_last_administrator_is_told_why_they_stay(new_page: NewPage, web: WebProcess) -> None:
    me = new_account(database_url(web), "administrator", "Only One")
    database = Database(database_url(web))
    accounts = Accounts(database)
    for each in accounts.list():
        if each.role is Role.ADMINISTRATOR and each.id != me.id:
            accounts.set_disabled(each.id, True, me.id)
    database.close()
    page = new_page(f"{web.url}/console/people")
    sign_in(page, me.login)
    page.get_by_role("button", name="Change Only One").click()
    page.get_by_role("dialog", name="Only One").get_by_label("Advisor").check()
    page.get_by_role("button", name="Save the role").click()
    expect(page.get_by_role("alert")).to_contain_text("only administrator who can sign in")


def test_everything_works_with_the_keyboard_alone(new_page: NewPage, web: WebProcess) -> None:
    login = new_account(database_url(web), "administrator", "Kim Keys").login
    page = new_page(f"{web.url}/sign-in?next=%2Fconsole%2Fpeople", **PHONE)
    page.get_by_label("Login").focus()
    for text, key in ((login, "Tab"), (PASSWORD, "Enter")):
        page.keyboard.type(text)
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_role("button", name="Menu").focus()
    page.keyboard.press("Enter")
    assert_accessible(page, "menu")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Conversations")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Menu")).to_be_focused()
    page.get_by_role("button", name="Invite somebody").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Somebody")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("dialog").get_by_label("Editor")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The link is ready")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Make an account: Editor").first).to_be_visible()


def test_a_new_password_is_chosen_on_the_account_page(new_page: NewPage, web: WebProcess) -> None:
    login = new_account(database_url(web), "editor", "Eda").login
    page = new_page(f"{web.url}/console/account", **PHONE)
    sign_in(page, login)
    page.get_by_label("Present password", exact=True).fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("alert")).to_contain_text("at least 12 characters")
    assert_accessible(page, "account, refused")
    fits(page)
    page.get_by_role("button", name="Show the new password").click()
    expect(page.get_by_label("New password", exact=True)).to_have_attribute("type", "text")
    page.get_by_label("New password", exact=True).fill("orange lamp window")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_text("Your new password is saved.")).to_be_visible()
    page.goto(f"{web.url}/console/people")
    expect(page.get_by_role("heading", name="This page is not for your account")).to_be_visible()
    assert_accessible(page, "not allowed")


def test_names_are_only_ever_text(new_page: NewPage, web: WebProcess) -> None:
    assert len(SHOWN) > 20
    login = new_account(database_url(web), "administrator", SHOWN[0]).login
    page = new_page(f"{web.url}/console/people", **DESK)
    sign_in(page, login)
    for payload in SHOWN:
        page.get_by_role("button", name="Invite somebody").click()
        page.get_by_label("Name").fill(payload)
        page.get_by_label("Name").press("Enter")
        expect(page.get_by_role("heading", name="The link is ready")).to_be_visible()
        page.get_by_role("button", name="Done").click()
    for address in ("/console/people", "/console/audit", "/console/account"):
        page.goto(web.url + address)
        page.wait_for_load_state("networkidle")
        assert page.locator("td, .facts, option, .top-who").locator(ELEMENTS).count() == 0
        assert page.evaluate("window.hacked") is None
    page.goto(f"{web.url}/console/people")
    for payload in SHOWN:
        expect(page.locator("#invitations .person-name", has_text=payload).first).to_be_visible()


def test_a_link_from_another_site_finds_the_session_again(new_page: NewPage, web: WebProcess) -> None:
    login = new_account(database_url(web), "administrator").login
    page = new_page(f"{web.url}/console/people")
    sign_in(page, login)
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    page.goto("data:text/html,<p>mail</p>")
    page.evaluate("address => { location.href = address }", f"{web.url}/console/people")
    expect(page.get_by_role("heading", name="People")).to_be_visible()

"""A person at the playground's page: what they type, press and read. Everything is found by its role and name."""

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from bot.songs import THUMB_UP

# What the page says of itself ends so while it is busy: “Updating preview…”.
AT_REST = re.compile(r"[^…]$")


class Visitor:
    """One open page, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.toolbar = page.get_by_label("SimCord preview")
        self.messages = page.get_by_role("log").get_by_role("article")
        self.errors: list[str] = []
        self.strange_hosts: set[str | None] = set()
        self.server_may_end = False
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._watch)

    @classmethod
    async def at(cls, url: str, context: BrowserContext) -> "Visitor":
        """Opens the page and waits until there is something to read."""
        visitor = cls(await context.new_page())
        await visitor.page.goto(url)
        await expect(visitor.messages.first).to_be_visible()
        await visitor.settled()
        return visitor

    async def settled(self) -> None:
        """Waits until the page has nothing under way: what is pressed before that, it drops without a word."""
        await expect(self.toolbar.get_by_role("status")).to_have_text(AT_REST)

    async def begin(self, command: str) -> None:
        """Types a slash command and picks it from the list that opens."""
        await self.page.get_by_role("textbox", name="Message", exact=True).press_sequentially(f"/{command}")
        await self.page.get_by_role("option", name=f"/{command}").first.click()

    async def choose(self, option: str, typed: str, choice: str) -> None:
        """Begins to type into an option that offers choices and picks one of them."""
        field = self.page.get_by_role("combobox", name=option)
        if not await field.count():
            # One that may be left out is picked from a list first.
            await self.page.get_by_role("option").filter(has=self.page.get_by_text(option, exact=True)).click()
        await field.press_sequentially(typed)
        await self.page.get_by_role("listbox").get_by_role("option", name=choice, exact=True).click()

    async def send(self) -> Locator:
        """Sends the command; returns the message that answers it."""
        await self.settled()
        known = await self.messages.count()
        await self.page.get_by_role("button", name="Send", exact=True).click()
        await expect(self.messages).to_have_count(known + 1)
        # By its id: its place among the messages is another for each member.
        message_id = await self.messages.nth(known).get_attribute("data-message-id")
        return self.page.locator(f'article[data-message-id="{message_id}"]')

    async def press(self, message: Locator, label: str) -> None:
        await self.settled()
        await message.get_by_role("button", name=label, exact=True).click()

    async def become(self, member: str) -> None:
        """Looks at the channel as another member."""
        await self.page.get_by_label("Viewing as").select_option(label=member)

    async def end_session(self) -> None:
        self.server_may_end = True
        await self.toolbar.get_by_text("More", exact=True).click()
        await self.toolbar.get_by_role("button", name="End preview session").click()

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type != "error" or self.server_may_end:
            return
        # Browsers ask every server for an icon; that there is none is no fault of the page.
        if urlsplit(said.location["url"]).path != "/favicon.ico":
            self.errors.append(said.text)

    def _watch(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            self.strange_hosts.add(address.hostname)


async def songs_of(message: Locator) -> list[str]:
    """The songs of a list, without their reasons."""
    await expect(thumbs_of(message).first).to_be_visible()
    return re.findall(r"^\d+\. (.+)$", await message.inner_text(), re.MULTILINE)


def thumbs_of(message: Locator) -> Locator:
    """The 👍 beside each song of a list."""
    return message.get_by_role("button", name=THUMB_UP, exact=True)

"""Many uploads, as the browser of somebody who is logged in sends them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from playwright.sync_api import Browser

from tests.functional.stack import Attachment, Stack, log_in

_TIMEOUT = 60


@dataclass(frozen=True)
class Uploader:
    """A meeting that files can be attached to."""

    site: str
    session: requests.Session
    event: str
    token: str

    def upload(self, name: str, content: bytes) -> Attachment:
        """Attach a file; fail if Indico does not say that it has it."""
        answer = self.session.post(
            f"{self.event}/manage/attachments/add/editor",
            files={"upload": (name, content, "application/octet-stream")},
            headers={"X-CSRF-Token": self.token},
            timeout=_TIMEOUT,
        )
        answer.raise_for_status()
        return Attachment(urlsplit(answer.json()["url"]).path, content)

    def downloads(self, attached: Attachment) -> bool:
        """Whether a file is what was uploaded."""
        answer = self.session.get(self.site + attached.url, timeout=_TIMEOUT)
        return answer.status_code == 200 and answer.content == attached.content


def uploader(stack: Stack, browser: Browser, attached: Attachment) -> Uploader:
    """Log in, and go on with the meeting that has a file already."""
    context = browser.new_context(base_url=stack.site.url)
    page = context.new_page()
    log_in(page, stack.site)
    token = page.locator("#csrf-token").get_attribute("content") or ""
    session = requests.Session()
    for cookie in context.cookies():
        session.cookies.set(str(cookie.get("name")), str(cookie.get("value")))
    context.close()
    event = attached.url.partition("/attachments/")[0]
    return Uploader(stack.site.url, session, stack.site.url + event, token)

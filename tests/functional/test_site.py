"""What a user of the site does first: look, log in, make a meeting, attach a file, get a mail."""

import mailbox

import pytest
import requests
from playwright.sync_api import Page, Response, expect

from devstack.backing import MAILDIR
from tests.functional.stack import Attachment, Stack, eventually

_INDICO_BLUE = "rgb(0, 124, 172)"


def test_home_page_has_its_styling(page: Page):
    failed: list[Response] = []
    page.on("response", lambda response: None if response.ok else failed.append(response))

    page.goto("/", wait_until="networkidle")

    expect(page).to_have_title("Home · Indico")
    expect(page.locator(".page-header")).to_have_css("background-color", _INDICO_BLUE)
    assert failed == []


def test_administrator_logs_in(admin_page: Page):
    expect(admin_page.get_by_text("Administration", exact=True)).to_be_visible()


def test_attached_file_is_the_same_when_downloaded(stack: Stack, attachment: Attachment):
    answer = requests.get(stack.site.url + attachment.url, timeout=10)

    assert answer.content == attachment.content
    assert answer.headers["Server"] == "nginx"
    # nginx sent the file itself: what gunicorn answered was only where it is.
    assert "ETag" in answer.headers
    assert "X-Accel-Redirect" not in answer.headers


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_static_files_are_compressed_and_cached_for_long(stack: Stack, encoding: str):
    page = requests.get(stack.site.url, timeout=10).text
    style = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]

    answer = requests.get(
        stack.site.url + style, headers={"Accept-Encoding": encoding}, timeout=10
    )

    assert answer.headers["Cache-Control"].startswith("max-age=31536000")
    assert answer.headers["Content-Encoding"] == encoding
    # What was compressed beforehand has a length; what is compressed meanwhile has none.
    assert int(answer.headers["Content-Length"]) > 0


def test_every_answer_has_the_security_headers(stack: Stack, attachment: Attachment):
    for path in ("/", "/robots.txt", "/images/indico.ico", attachment.url):
        headers = requests.get(stack.site.url + path, timeout=10).headers

        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert headers["Server"] == "nginx"


def test_log_of_nginx_and_of_indico_have_the_same_request_id(stack: Stack):
    traced = "test-0123456789abcdef"

    requests.get(
        stack.site.url,
        headers={"Host": "elsewhere.example", "X-Request-Id": traced},
        timeout=10,
    )

    eventually(lambda: {"nginx.access", "indico.flask"} <= stack.loggers_of(traced))


def test_log_tells_no_token(stack: Stack):
    requests.get(f"{stack.site.url}/reset-password/s3cr3t-path", timeout=10)
    requests.get(f"{stack.site.url}/ping?token=s3cr3t-query", timeout=10)

    log = stack.run("logs")
    assert "/reset-password/***" in log
    assert "s3cr3t" not in log


def test_mail_is_sent_by_the_worker(stack: Stack, page: Page):
    sent = _succeeded_mails()

    page.goto("/reset-password/")
    page.fill("input[name=email]", stack.site.email)
    page.press("input[name=email]", "Enter")

    eventually(lambda: _succeeded_mails() > sent)
    message = mailbox.Maildir(MAILDIR)[mailbox.Maildir(MAILDIR).keys()[-1]]
    assert message["To"] == stack.site.email
    assert message["From"].endswith("noreply@localhost>") or "noreply@localhost" in message["From"]


def test_other_host_is_refused(stack: Stack):
    answer = requests.get(stack.site.url, headers={"Host": "elsewhere.example"}, timeout=10)

    assert answer.status_code == 404


def test_ingress_says_what_host_the_user_came_to(stack: Stack):
    host = stack.site.url.removeprefix("http://")

    answer = requests.get("http://127.0.0.1:8080", headers={"X-Forwarded-Host": host}, timeout=10)

    assert answer.status_code == 200


def _succeeded_mails() -> float:
    """How many mails the worker has sent, as the Celery exporter counts them."""
    metrics = requests.get("http://localhost:9808/metrics", timeout=10).text
    return sum(
        float(line.rpartition(" ")[2])
        for line in metrics.splitlines()
        if line.startswith("celery_task_succeeded_total") and "send_email" in line
    )

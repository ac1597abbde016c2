"""Times of the pages, with every filter that they offer, and of later pages of the lists."""

import datetime
import re
import statistics

STATUSES = ("pending", "running", "success", "refused", "failed", "timeout", "cancelled", "lost", "unsuccessful", "under_way")
TRIGGERS = ("cron", "manual", "api", "system", "event", "test")
STATES = ("due", "late", "running", "ran", "failed", "skipped", "missed", "cancelled")
CAUSES = ("schedule", "later", "event")


def pages(host):
    """The requests: a name and an address for each."""
    script = host.api("/executions?per_page=1&trigger=manual")["items"][0]["script_id"]
    run = host.api("/executions?per_page=1")["items"][0]["id"]
    today = datetime.datetime.now(datetime.UTC).date()
    day, ago = today - datetime.timedelta(days=10), today - datetime.timedelta(days=15)
    yield "overview", "/scripts/dashboard"
    yield "overview widget", "/scripts/widget"
    yield "scripts", "/scripts"
    for kind in ("cron", "one_off", "endpoint", "embedded"):
        yield f"scripts, type {kind}", f"/scripts?type={kind}"
    for active in ("on", "off", "quarantine"):
        yield f"scripts, {active}", f"/scripts?active={active}"
    yield "scripts, latest change first", "/scripts?sort=updated"
    yield "scripts, search with many matches", "/scripts?search=invoice"
    yield "scripts, search without a match", "/scripts?search=nothing-like-it"
    yield "scripts, search in one type", "/scripts?search=invoice&type=embedded&active=off"
    yield "scripts, middle of the list", deep(host, "/scripts?type=", "/scripts", 20)
    yield "a script", f"/scripts/{script}"
    yield "runs", "/scripts/runs"
    for status in STATUSES:
        yield f"runs, {status}", f"/scripts/runs?status={status}"
    for trigger in TRIGGERS:
        yield f"runs, by {trigger}", f"/scripts/runs?trigger={trigger}"
    yield "runs, without trials", "/scripts/runs?trials=excluded"
    yield "runs, trials only", "/scripts/runs?trials=only"
    yield "runs of a day", f"/scripts/runs?from={day}&to={day}"
    yield "runs that failed in a day", f"/scripts/runs?status=unsuccessful&from={day}&to={day}"
    yield "runs that failed, by event", "/scripts/runs?status=failed&trigger=event"
    yield "runs lost, by manual", "/scripts/runs?status=lost&trigger=manual"
    yield "runs that succeeded, by test", "/scripts/runs?status=success&trigger=test"
    yield "runs of a script", f"/scripts/runs?script={script}"
    yield "runs of a script that failed", f"/scripts/runs?script={script}&status=failed"
    yield "runs of a script, by event", f"/scripts/runs?script={script}&trigger=event"
    yield "runs, middle of the list", host_link(host, f"/scripts/runs?to={ago}", "to")
    yield "a run", f"/scripts/runs/{run}"
    yield "scheduled runs", "/scripts/occurrences"
    for state in STATES:
        yield f"scheduled runs, {state}", f"/scripts/occurrences?state={state}"
    for cause in CAUSES:
        yield f"scheduled runs, {cause}", f"/scripts/occurrences?cause={cause}"
    yield "scheduled runs that failed, by event", "/scripts/occurrences?state=failed&cause=event"
    yield "scheduled runs of a day", f"/scripts/occurrences?from={day}&to={day}"
    yield "scheduled runs, middle of the list", host_link(host, f"/scripts/occurrences?to={ago}", "to")
    yield "failed events", "/scripts/dead-letters"
    yield "templates", "/scripts/templates"
    yield "allowed hosts", "/scripts/http-hosts"
    yield "OpenAPI document of the endpoints", "/api/scripts/openapi.json"


def next_page(host, path):
    """The address of the next page."""
    _, said = host.timed("GET", path)
    found = re.search(r'href="(/scripts[^"]*[?&](?:amp;)?after=[^"]*)"', said.decode())
    return found[1].replace("&amp;", "&").replace("&#38;", "&") if found else None


def host_link(host, path, filter_name):
    """A next page of a filtered list, without the filter: in the middle of the whole list."""
    link = next_page(host, path)
    return re.sub(rf"([?&]){filter_name}=[^&]*&?", r"\1", link) if link else path


def deep(host, path, least, pages_on):
    """The address this many pages further on, if there are as many."""
    place = path
    for _ in range(pages_on):
        link = next_page(host, place)
        if link is None:
            break
        place = link
    return place if place != path else least


def measure(host, times):
    """The median and minimum of each in milliseconds, after a warm-up request."""
    found = {}
    for name, path in list(pages(host)):
        host.timed("GET", path)
        took = [host.timed("GET", path)[0] for _ in range(times)]
        found[name] = {"median": statistics.median(took), "least": min(took)}
    return found

"""Measures for a monitor (Prometheus): closed unless a token or the monitor's address was configured."""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from jointreview.api.access import anybody
from jointreview.api.watching import is_within
from jointreview.queries.jobs import jobs_view
from jointreview.settings import settings
from jointreview.watch import measures

router = APIRouter()


class Queues(Collector):
    """What waits and what the jobs did, read from the database when it is asked for."""

    def collect(self) -> Iterator[Metric]:
        view = jobs_view()
        waiting = GaugeMetricFamily("jointreview_waiting", "What waits, by queue", labels=["queue"])
        for name, count in view.waiting.items():
            waiting.add_metric([name], count)
        yield waiting
        ended = GaugeMetricFamily("jointreview_job_age_seconds", "Since a job last ended", labels=["job"])
        took = GaugeMetricFamily("jointreview_job_seconds", "How long a job took last", labels=["job"])
        failures = GaugeMetricFamily("jointreview_job_failures", "Failures in a row", labels=["job"])
        for job in view.jobs:
            if job.ended_at is not None:
                ended.add_metric([job.name], (view.now - job.ended_at).total_seconds())
            took.add_metric([job.name], job.seconds)
            failures.add_metric([job.name], job.failures)
        yield from (ended, took, failures)


def may_read(request: Request) -> bool:
    """Whether the request shows the token, or comes from a listed address."""
    token = settings().metrics_token
    shown = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(shown.encode(), token.encode()):
        return True
    return request.client is not None and is_within(request.client.host, settings().metrics_networks)


@router.get("/metrics")
@anybody
def metrics(request: Request) -> Response:
    """The measures in Prometheus' text format; for everybody else there is nothing here."""
    if not may_read(request):
        raise HTTPException(404)
    measures.forget_dead()
    return Response(
        measures.exposition(Queues()), media_type=CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"}
    )

"""Random requests against the published description: no crash, and every answer as described."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from tests.api.test_api import key_of
from tests.cast import NOW, World
from tests.hazard import helpers as h

from anyuan.edge.api.app import api
from anyuan.foundation.kernel.public import clock

schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
schema.app = get_wsgi_application()


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def token(world: World) -> Iterator[str]:
    """A principal's key. The real WSGI entry closes connections; the test's transaction must stay."""
    h.registered(world)
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield key_of(world, "principal")
    for signal in signals:
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_crashes_it(case: schemathesis.Case, token: str) -> None:
    response = case.call(headers={"Authorization": f"Bearer {token}"})
    assert response.status_code < 500, response.text
    case.validate_response(
        response,
        checks=[
            schemathesis.checks.not_a_server_error,
            schemathesis.specs.openapi.checks.response_schema_conformance,
            schemathesis.specs.openapi.checks.content_type_conformance,
        ],
    )

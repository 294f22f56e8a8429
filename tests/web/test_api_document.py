"""The API keeps what its own document promises: whatever is sent, the answer is one the document names."""

from datetime import UTC, datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from complaints import keys
from models.codes import Role
from tests.factories import a_shop, a_user, lodged

BLANKS = ["", "   ", "\u0007", " \u0000\u009f\n"]


@pytest.fixture
def shop(session):
    return a_shop(session)


@pytest.fixture
def headers(session, shop):
    key = keys.issue(session, a_user(session, Role.MERCHANT, merchant=shop), "a test", now=datetime.now(UTC))
    session.commit()
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def document(app, session):
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app)


EXAMPLES = settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["well formed", "malformed"]
)
def test_every_answer_is_one_the_document_names(document, headers, mode):
    """Without `positive_data_acceptance`: a day that lies in the past is well formed and refused all the same."""
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) > 10
    for operation in operations:

        @EXAMPLES
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case):
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        holds()


@pytest.mark.parametrize("blank", BLANKS)
def test_a_text_of_nothing_to_read_is_missing_and_the_document_says_so(client, headers, blank):
    answer = client.post("/api/v1/suggestions", json={"text": blank}, headers=headers)
    assert answer.status_code == 422
    assert "text" in answer.json["errors"]
    schema = client.get("/api/openapi.json").json["components"]["schemas"]["TextIn"]["properties"]["text"]
    assert schema["minLength"] == 1
    assert schema["pattern"]


def test_a_text_is_measured_as_it_was_sent(client, headers, session, shop):
    receipt = lodged(session, merchant=shop, now=datetime.now(UTC)).complaint.receipt
    session.commit()
    url = f"/api/v1/complaints/{receipt}/messages"
    assert client.post(url, json={"reason": "好" * 3999 + "\u0007"}, headers=headers).status_code == 201
    assert client.post(url, json={"reason": "好" * 4000 + "\u0007"}, headers=headers).status_code == 422

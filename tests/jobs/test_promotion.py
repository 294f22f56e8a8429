"""A promoted model, and one that is gone back to, reaches running processes without a restart: web and worker."""

import http.client
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

import classifier
from classifier import corpus, storage, training
from complaints import keys
from models import db
from models.codes import Role
from tests.conftest import free_port
from tests.factories import a_department, a_user
from tests.processes import running, served, until

TEXT = "健身房关门跑路，卡里还有三千块，老板电话打不通。"
ASKED = 8  # requests in a row, so that each process of the web server has answered some


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A folder with two models, the first in use; processes started from now on look there."""
    texts = [example for example in corpus.read(corpus.TRAIN) if example.language.startswith("zh")][::25]
    first = training.fit(texts, texts[::5]).stored("first")
    storage.save(tmp_path, first)
    storage.save(tmp_path, replace(first, version="second"))
    storage.promote(tmp_path, "first")
    monkeypatch.setenv("MODEL_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def headers(committed, redis):
    """A program's way in."""
    with committed.app_context():
        session = db.session()
        officer = a_user(session, Role.OFFICER, department=a_department(session, "desk-city"))
        key = keys.issue(session, officer, "a test", now=datetime.now(UTC))
        session.commit()
    return {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}


def versions(port, headers):
    """The models that answer now, each request on a connection of its own; none while nobody answers."""
    found = set()
    for _ in range(ASKED):
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            asking.request("POST", "/api/v1/suggestions", json.dumps({"text": TEXT}), headers)
            answer = asking.getresponse()
            found.add(json.load(answer)["model_version"] if answer.status == 200 else answer.status)
        except OSError:
            return set()
        finally:
            asking.close()
    return found


def test_running_web_processes_take_up_a_promoted_model_and_go_back(committed, models, headers):
    port = free_port()
    with served(committed, port) as server:
        until(lambda: versions(port, headers) == {"first"})

        classifier.promote("second", models)
        assert versions(port, headers) == {"second"}

        assert classifier.revert(models) == "first"
        assert versions(port, headers) == {"first"}
        assert server.poll() is None


def test_a_running_worker_takes_up_a_promoted_model_and_goes_back(committed, redis, models):
    queue = committed.extensions["queues"]["bulk"]

    def version():
        job = queue.enqueue("jobs.reclassification.version_in_use")
        until(lambda: job.get_status(refresh=True) in {"finished", "failed"})
        return job.return_value()

    with running(committed, "worker") as worker:
        assert version() == "first"

        classifier.promote("second", models)
        assert version() == "second"

        classifier.revert(models)
        assert version() == "first"
        assert worker.poll() is None

"""The compose file holds together: shape, known settings, the tested Elasticsearch, nothing open to the outside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from wangjian.settings import Settings

TREE = Path(__file__).resolve().parents[2]
SERVICE_KEYS = {
    *("build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "mem_limit", "ports"),
    *("profiles", "read_only", "restart", "security_opt", "shm_size", "tmpfs", "volumes"),
}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((TREE / "docker-compose.yml").read_text(encoding="utf-8"))


def test_file_has_the_shape_of_a_compose_file(compose: dict) -> None:
    assert set(compose) == {"name", "services", "volumes"}
    for name, service in compose["services"].items():
        assert set(service) <= SERVICE_KEYS, name
        assert service.keys() & {"image", "build"}, name
        assert {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"]), name
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in compose["volumes"], volume
        for other, condition in service.get("depends_on", {}).items():
            assert other in compose["services"]
            assert condition == {"condition": "service_healthy"}


def test_every_variable_is_a_known_setting_with_a_good_value(compose: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    set_here = {
        name: value
        for service in compose["services"].values()
        for name, value in service["environment"].items()
        if name.startswith("WANGJIAN_")
    }
    assert set_here
    for name, value in set_here.items():
        assert isinstance(value, str), f"{name} must be quoted"
        monkeypatch.setenv(name, value)
        section, _, field = name.removeprefix("WANGJIAN_").lower().partition("__")
        read = getattr(Settings(), section)
        held = getattr(read, field) if field else read
        assert (held.get_secret_value() if isinstance(held, SecretStr) else str(held)) == value, name


def test_elasticsearch_is_the_version_the_tests_run(compose: dict) -> None:
    tested = re.search(r"<(?:elasticsearch\.)?version>(8\.[\d.]+)<", (TREE / "deploy/testnode/pom.xml").read_text())
    assert tested
    assert compose["services"]["elasticsearch"]["image"].endswith(f":{tested[1]}")


def test_s3_server_is_the_version_the_tests_run_and_runs_only_when_asked_for(compose: dict) -> None:
    minio = compose["services"]["minio"]
    built = (TREE / minio["build"]["context"] / minio["build"]["dockerfile"]).read_text(encoding="utf-8")
    tested = re.search(r'^VERSION = "(v[^"]+)"$', (TREE / "deploy/s3node/node.py").read_text(), re.MULTILINE)
    assert tested
    assert f"github.com/minio/minio@{tested[1]}\n" in built
    assert minio["profiles"] == ["s3"]
    assert "minio" not in compose["services"]["app"]["depends_on"]
    for name in ("MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"):
        assert minio["environment"][name].startswith("${"), "keys are the operator's, never ours"


def test_nothing_listens_outside_this_machine(compose: dict) -> None:
    for service in compose["services"].values():
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:")


def test_image_is_filled_from_the_lock_with_digests(compose: dict) -> None:
    dockerfile = (TREE / compose["services"]["app"]["build"]["dockerfile"]).read_text(encoding="utf-8")
    assert "--require-hashes -r build.lock -r requirements.lock" in dockerfile
    assert "USER wangjian" in dockerfile
    for copied in re.findall(r"^COPY (.+) \./$", dockerfile, re.MULTILINE):
        for name in copied.split():
            assert (TREE / name).is_file(), name

"""The compose file holds together: shape, known settings, the tested Elasticsearch, nothing open to the outside."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from tests.pg_server import node_program
from tests.scaleout.plant import OFFICE, PROCESSES
from wangjian.settings import S3Settings, Settings

TREE = Path(__file__).resolve().parents[2]
SERVICE_KEYS = {
    *("build", "cap_drop", "command", "depends_on", "deploy", "environment", "healthcheck", "image", "mem_limit"),
    *("ports", "profiles", "read_only", "restart", "secrets", "security_opt", "shm_size", "tmpfs", "user", "volumes"),
}
PROFILES = {"core", "full"}
OURS = {"app", "console", "scheduler", "crawler", "jobs"}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((TREE / "docker-compose.yml").read_text(encoding="utf-8"))


def test_file_has_the_shape_of_a_compose_file(compose: dict) -> None:
    assert {key for key in compose if not key.startswith("x-")} == {"name", "secrets", "services", "volumes"}
    for name, service in compose["services"].items():
        assert service["profiles"], name
        assert set(service["profiles"]) <= PROFILES, name
        assert set(service.get("secrets", ())) <= set(compose["secrets"]), name
        assert set(service) <= SERVICE_KEYS, name
        assert service.keys() & {"image", "build"}, name
        assert {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"]), name
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in compose["volumes"], volume
        for other, condition in service.get("depends_on", {}).items():
            assert set(service["profiles"]) <= set(compose["services"][other]["profiles"]), (name, other)
            assert condition == {"condition": "service_healthy"}


def test_every_container_is_held_small(compose: dict) -> None:
    """Nobody is root, nothing is gained on the way, and every root but Elasticsearch's is read-only."""
    for name, service in compose["services"].items():
        assert service["user"].partition(":")[0] not in ("", "0", "root"), name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service.get("read_only") is (None if name == "elasticsearch" else True), name
        assert service["restart"] == "unless-stopped", name


def test_secrets_are_files_and_never_values(compose: dict) -> None:
    for secret in compose["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    for name, service in compose["services"].items():
        for variable, value in service["environment"].items():
            if re.search(r"PASSWORD|SECRET|CREDENTIALS|ROOT_USER", variable):
                assert value.startswith("/run/secrets/"), (name, variable)
                assert value.removeprefix("/run/secrets/") in service["secrets"], (name, variable)


def test_secrets_are_drawn_once_and_fit_what_reads_them(tmp_path: Path, compose: dict) -> None:
    """The script draws all that compose names; run again it changes nothing; the program reads the credentials."""
    script = tmp_path / "deploy" / "docker" / "secrets.sh"
    script.parent.mkdir(parents=True)
    shutil.copy(TREE / "deploy/docker/secrets.sh", script)
    written = []
    for _ in range(2):
        subprocess.run(["sh", str(script)], check=True, capture_output=True)
        written.append({path.name: path.read_bytes() for path in (tmp_path / "secrets").iterdir()})
    assert written[0] == written[1]
    assert set(written[0]) == set(compose["secrets"])
    keys = S3Settings(credentials_file=str(tmp_path / "secrets/s3_credentials")).keys()
    assert keys == tuple(written[0][name].decode() for name in ("s3_user", "s3_password"))
    assert len(written[0]["records_password"]) == 48


def test_processes_are_those_the_scale_out_is_tried_with(compose: dict) -> None:
    """`make full` and `make chaos` start the same commands with the same lanes, as many of each."""
    started = Counter()
    for name in OFFICE:
        words, lanes = PROCESSES[name]
        started[(*(word for word in words if word != "--allow-private"), *sorted(lanes.items()))] += 1
    composed = Counter()
    for name in OURS - {"app"}:
        service = compose["services"][name]
        lanes = {key: service["environment"][key] for key in PROCESSES["scheduler"][1]}
        composed[(*service["command"], *sorted(lanes.items()))] += service.get("deploy", {}).get("replicas", 1)
    assert started == composed


def test_every_variable_is_a_known_setting_with_a_good_value(compose: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    set_here = [
        (name, value)
        for service in compose["services"].values()
        for name, value in service["environment"].items()
        if name.startswith("WANGJIAN_")
    ]
    assert set_here
    for name, value in set_here:
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
    assert minio["profiles"] == ["full"]


def test_postgresql_is_the_version_the_tests_run(compose: dict, part_missing) -> None:
    """Debian's packages bring one major version, which the image names too."""
    composed = re.fullmatch(r"postgres:(\d+)-bookworm", compose["services"]["postgres"]["image"])
    assert composed
    try:
        installed = node_program().binaries().parent.name
    except node_program().PgNodeError as exc:
        part_missing("PostgreSQL", str(exc))
    if installed != composed[1]:
        part_missing(f"PostgreSQL {composed[1]}", f"本机为 {installed}：apt-get install postgresql-{composed[1]}")


def test_core_is_what_comes_up_by_itself() -> None:
    assert (TREE / ".env").read_text(encoding="utf-8") == "COMPOSE_PROFILES=core\n"


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

"""What goes wrong is said once, in Chinese, with the right exit code and never as a traceback."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest


def test_unknown_option_is_named(command):
    command("leads", "search", "--nope").assert_one_message(code=2, says="没有这个选项：--nope")


def test_unknown_command_is_named(command):
    command("frobnicate").assert_one_message(code=2, says="没有这个命令")


def test_missing_argument_is_named(command):
    command("survey", "run").assert_one_message(code=2, says="缺少参数")


@pytest.mark.parametrize(
    "url", ["not a url", "http://", "https://user:secret@example.cn/", "http://[::1", "http://a:99999/"]
)
def test_wrong_address_is_refused_before_anything_is_made(command, tmp_path: Path, url: str):
    answer = command("survey", "run", url)
    assert answer.code in (1, 2), answer
    assert "Traceback" not in answer.err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.cn/",
        "http://127.0.0.1/",
        "http://169.254.169.254/",
        "http://[::ffff:127.0.0.1]/",
        "http://0x7f000001/",
    ],
)
def test_forbidden_address_is_refused(command, url: str):
    for words in (("survey", "run", url), ("evidence", "capture", url, "-o", "p.wacz")):
        command(*words).assert_one_message(code=1, says="拒绝连接" if url.startswith("http") else "不访问")


def test_name_that_does_not_resolve_is_said(command):
    command("survey", "run", "http://no-such-host.invalid/").assert_one_message(
        code=4, says="域名无法解析：no-such-host.invalid"
    )


def test_error_is_also_json_when_asked(command):
    answer = command("survey", "run", "ftp://example.cn/", "--json")
    assert answer.document["error"]["problem"] == "address-refused"


def test_port_in_use_is_said_with_another(command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = command("serve", "--port", str(port))
    answer.assert_one_message(code=3, says=f"端口 {port} 不能用")
    assert f"--port {port + 1}" in answer.err


def test_data_directory_that_cannot_be_made_is_said(command, tmp_path: Path):
    (tmp_path / "file").write_text("not a folder")
    command("leads", "search", "x", data_dir=tmp_path / "file" / "data").assert_one_message(
        code=3, says="数据目录不可写"
    )


@pytest.fixture
def mounted(tmp_path: Path):
    """Mount a small or read-only file system; only root may."""
    made: list[Path] = []

    def mount(options: str) -> Path:
        place = tmp_path / f"mount-{len(made)}"
        place.mkdir()
        if (
            os.geteuid() != 0
            or subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True).returncode
        ):
            pytest.skip("mounting a file system needs root and a kernel that lets it")
        made.append(place)
        return place

    yield mount
    for place in made:
        subprocess.run(["umount", "-l", place], check=True)


def test_read_only_data_directory_is_said(command, mounted):
    command("leads", "search", "x", data_dir=mounted("ro")).assert_one_message(code=3, says="数据目录不可写")


def test_full_data_directory_is_said(command, mounted, tmp_path: Path):
    place = mounted("size=600k")
    rows = "统一社会信用代码,名称,主体类型\n" + "".join(
        f"{number:018d},样本{number}有限公司,企业\n" for number in range(20_000)
    )
    (tmp_path / "register.csv").write_text(rows, encoding="utf-8")
    answer = command("registry", "import", str(tmp_path / "register.csv"), data_dir=place)
    answer.assert_one_message(code=3, says="空间")


def test_damaged_database_is_said(command, tmp_path: Path):
    assert command("leads", "search", "").code == 1
    (tmp_path / "data" / "wangjian.db").write_bytes(b"this is not a database" * 1000)
    for leftover in (tmp_path / "data").glob("wangjian.db-*"):
        leftover.unlink()
    answer = command("leads", "search", "x")
    assert answer.code in (1, 3) and "Traceback" not in answer.err and "错误：" in answer.err


def test_elasticsearch_down_is_said_and_loses_nothing(command):
    answer = command("leads", "search", "x", env={"WANGJIAN_STORES__INDEX_URL": "elasticsearch://127.0.0.1:9/wj"})
    answer.assert_one_message(code=3, says="Elasticsearch")


def test_missing_browser_is_said_with_the_cure(command, tmp_path: Path):
    answer = command(
        "evidence", "capture", "http://127.0.0.1:9/", "-o", "p.wacz", "--allow-private",
        env={"WANGJIAN_BROWSER__EXECUTABLE": str(tmp_path / "no-chromium")},
    )  # fmt: skip
    answer.assert_one_message(code=3, says="no-chromium")
    assert "办法：" in answer.err


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02\x03" * 500, "标题\n一二三".encode(), b"PK\x03\x04broken", "甲,乙\n1,2\n".encode("gb18030")],
)
def test_garbage_register_file_is_one_message(command, tmp_path: Path, content: bytes):
    (tmp_path / "garbage.csv").write_bytes(content)
    command("registry", "import", str(tmp_path / "garbage.csv")).assert_one_message(code=2, says="garbage.csv")


def test_missing_file_is_said(command):
    for words in (
        ("registry", "import", "nowhere.csv"),
        ("evidence", "verify", "nowhere.wacz"),
        ("match", "--batch", "nowhere.csv", "-o", "o.csv"),
        ("rules", "scan", "nowhere.jsonl", "-o", "o.jsonl"),
    ):
        command(*words).assert_one_message(code=2, says="nowhere")


def test_unknown_setting_is_named(command):
    answer = command("leads", "search", "x", env={"WANGJIAN_NETWORK__ALOW_PRIVATE": "true"})
    answer.assert_one_message(code=2, says="alow_private")


def test_unknown_lead_run_and_rule_are_said(command):
    for words in (("leads", "show", "lead_x"), ("survey", "resume", "run_x"), ("rules", "show", "Z99")):
        answer = command(*words)
        assert answer.code == 2 and "Traceback" not in answer.err and "错误：" in answer.err


def test_file_that_is_no_package_is_not_valid(command, tmp_path: Path):
    (tmp_path / "p.wacz").write_bytes(b"PK\x03\x04 nothing")
    answer = command("evidence", "verify", str(tmp_path / "p.wacz"), "--json")
    assert answer.code == 1 and answer.document["valid"] is False

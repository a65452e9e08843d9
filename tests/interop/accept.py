"""Whether the tools of others accept a package of ours: one real capture, given to each of them.

    python tests/interop/accept.py [--wangjian COMMAND]

wacz validate, warcio check, sha256sum -c, openssl, case_validate, veraPDF, ReplayWeb.page in Chromium with the origin gone and
everything but the replay's own address cut off, and verify.py alone in an empty folder without a network. What is not on
the machine is had from the package registries into .cache/interop; so this is `make interop` and not part of `make test`.
Prints one JSON document; exit code 1 when any of them refuses.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "interop"
PICTURES = 12
TOOLS = {"wacz": ("wacz==0.6.0", "warcio==1.7.5"), "case": ("case-utils==0.18.0",)}
REPLAY = "replaywebpage@2.4.6"
TITLE = "青岚山货铺"


def main() -> int:
    """Capture once, ask everybody, say what they said."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        package = _capture(folder)
        unpacked = folder / "package"
        with zipfile.ZipFile(package) as found:
            found.extractall(unpacked)
        asked = {
            "wacz validate": lambda: _tool("wacz", "wacz", "validate", "-f", str(package)),
            "warcio check": lambda: _tool("wacz", "warcio", "check", "-v", str(unpacked / "archive/data.warc.gz")),
            "case_validate": lambda: _tool("case", "case_validate", str(_context(unpacked))),
            "veraPDF": lambda: _pdf_a(unpacked / "evidence" / "extraction-record.pdf"),
            "veraPDF, paper of a case": lambda: _pdf_a(_case_paper(folder)),
            "sha256sum -c": lambda: _run("sha256sum", "-c", "evidence/sha256sums.txt", cwd=unpacked),
            "openssl ts -verify": lambda: _openssl(unpacked, folder),
            "unzip -t": lambda: _run("unzip", "-t", "-q", str(package), cwd=folder),
            "verify.py, alone and without a network": lambda: _alone(unpacked, package, folder),
            "ReplayWeb.page, origin gone": lambda: _replayed(package, folder),
        }
        told = {}
        for kind, ask in asked.items():
            accepted, words = ask()
            told[kind] = {"accepted": accepted, "said": words[-400:]}
            sys.stderr.write(f"{'yes' if accepted else 'NO '}  {kind}\n")
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return 0 if all(one["accepted"] for one in told.values()) else 1


# --- the page, and its capture --------------------------------------------------------------------------------------------


def _site() -> dict[str, tuple[str, bytes]]:
    from tests.attacks.making import tiny_png

    images = "".join(f'<img src="/{number}.png" width="40" height="40">' for number in range(PICTURES))
    page = f"""<!doctype html><html lang="zh"><meta charset="utf-8"><title>{TITLE}</title><link rel="stylesheet"
      href="/style.css"><h1>{TITLE}</h1><p>国家级非遗手工红茶 250g</p><p>限时特价 ￥99</p><p>产地 武夷山</p><p>净含量 250 克</p>
      <p>生产许可证 SC11435078200001</p><p id="late"></p>{images}
      <script>fetch('/data.json').then(a => a.json()).then(d => late.textContent = d.text)</script>"""
    site = {"/": ("text/html; charset=utf-8", page.encode())}
    site["/style.css"] = ("text/css", b"body { font: 20px serif; background: #fffef5 } h1 { color: #9b1c1c }")
    site["/data.json"] = ("application/json", json.dumps({"text": "本店已亮照"}).encode())
    return site | {f"/{n}.png": ("image/png", tiny_png(20 * n, side=40)) for n in range(PICTURES)}


class _Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: dict[str, tuple[str, bytes]]

    def do_GET(self) -> None:
        kind, body = self.site.get(self.path, ("text/plain", b"none"))
        packed = "gzip" in self.headers.get("Accept-Encoding", "") and kind.startswith("text/")
        body = gzip.compress(body) if packed else body
        self.send_response(200 if self.path in self.site else 404)
        self.send_header("Content-Type", kind)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@contextlib.contextmanager
def _served(handler: Any) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _case_paper(folder: Path) -> Path:
    """证据提取单 with a picture in it, as a case prints it."""
    from documents.case_papers import CasePaperRoom
    from records.papers import CasePicture, PaperVersion, PrintedPaper
    from tests.attacks.making import tiny_png
    from tests.documents import case_making

    room = CasePaperRoom()
    form = room.form("11")
    facts = room.facts(form, case_making.records())
    fields = {**room.first_fields(form, facts), "place": "杭州", "proves": "网页所示", "pages": "1 页"}
    version = PaperVersion(
        paper_id="paper_interop",
        number=1,
        fields=fields,
        facts=facts,
        saved_by="banan",
        saved_at=case_making.NOW,
        sealed=True,
    )
    picture = CasePicture(content=tiny_png(7, side=40), caption="整页截图")
    printed = PrintedPaper(form=form, version=version, prepared_at=case_making.NOW, pictures=(picture,))
    path = folder / "case-paper.pdf"
    path.write_bytes(room.pdf(printed))
    return path


def _capture(folder: Path) -> Path:
    """A capture by the product's own command; the origin is gone when this returns."""
    package = folder / "page.wacz"
    _Origin.site = _site()
    with _served(_Origin) as origin:
        words = [sys.executable, "-m", "wangjian", "evidence", "capture", f"{origin}/", "-o", str(package)]
        done = subprocess.run(
            [*words, "--allow-private", "--data-dir", str(folder / "data"), "--json"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"the capture failed ({done.returncode}): {done.stdout[-800:]}{done.stderr[-800:]}")
    return package


# --- the tools ------------------------------------------------------------------------------------------------------------


def _run(*words: str, cwd: Path) -> tuple[bool, str]:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True)
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def _tool(home: str, program: str, *words: str) -> tuple[bool, str]:
    """A Python tool in an environment of its own: their pins clash with ours."""
    place = CACHE / home
    if not (place / "bin" / program).exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([str(place / "bin" / "pip"), "install", "--quiet", *TOOLS[home]], check=True)
    return _run(str(place / "bin" / program), *words, cwd=CACHE)


def _context(unpacked: Path) -> Path:
    return unpacked / "evidence" / "case.jsonld"


def _pdf_a(paper: Path) -> tuple[bool, str]:
    """The paper against ISO 19005; the page's own PDF is as the browser prints it and claims nothing."""
    jars, here = CACHE / "verapdf-1.26.1", Path(__file__).parent / "pdfa"
    if not jars.exists():
        fetched = _run(
            "mvn", "-q", "-f", str(here), "dependency:copy-dependencies", f"-DoutputDirectory={jars}", cwd=CACHE
        )
        if not fetched[0]:
            return fetched
    return _run("java", "-cp", f"{jars}/*", str(here / "PdfA.java"), str(paper), cwd=CACHE)


def _openssl(unpacked: Path, folder: Path) -> tuple[bool, str]:
    anchors = _anchors(folder)
    evidence = unpacked / "evidence"
    _run("sh", "-c", f"openssl x509 -in {evidence}/certificates.pem -pubkey -noout > {folder}/key.pem", cwd=folder)
    signed = ("-signature", str(evidence / "manifest.sig"), str(evidence / "manifest.json"))
    manifest = ("-data", str(evidence / "manifest.json"), "-in", str(evidence / "timestamp-1.tsr"))
    steps = (
        _run("openssl", "dgst", "-sha256", "-verify", f"{folder}/key.pem", *signed, cwd=folder),
        _run("openssl", "ts", "-verify", *manifest, "-CAfile", str(anchors), cwd=folder),
    )
    return all(accepted for accepted, _ in steps), "; ".join(words for _, words in steps)


def _anchors(folder: Path) -> Path:
    path = folder / "anchors.pem"
    keys = folder / "data" / "keys"
    path.write_text("".join((keys / name).read_text() for name in ("evidence-ca.pem", "timestamp-ca.pem")))
    return path


def _alone(unpacked: Path, package: Path, folder: Path) -> tuple[bool, str]:
    empty = folder / "empty"
    empty.mkdir()
    shutil.copy(unpacked / "evidence" / "verify.py", empty)
    cut = ("unshare", "--user", "--net") if _run("unshare", "--user", "--net", "true", cwd=empty)[0] else ()
    program = (sys.executable, "-I", "verify.py", str(package), "--anchors", str(_anchors(folder)))
    accepted, words = _run(*cut, *program, cwd=empty)
    return accepted, words + ("" if cut else " (this machine has no unshare: the network was not cut)")


# --- replay ---------------------------------------------------------------------------------------------------------------


def _replayed(package: Path, folder: Path) -> tuple[bool, str]:
    home = folder / "replay"
    home.mkdir()
    _fetch_replay(home)
    shutil.copy(package, home / "page.wacz")
    (home / "index.html").write_text(
        '<!doctype html><script src="/ui.js"></script><replay-web-page source="/page.wacz" replayBase="/replay/" '
        f'embed="default" url="{_captured_url(package)}" style="height:900px;display:block"></replay-web-page>'
    )
    with _served(functools.partial(_Ranged, directory=str(home))) as place, sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        try:
            context = browser.new_context(viewport={"width": 1200, "height": 900})
            elsewhere: list[str] = []
            context.on("request", lambda one: None if one.url.startswith(place) else elsewhere.append(one.url))
            page = context.new_page()
            page.goto(f"{place}/index.html")
            return _same(page, elsewhere)
        finally:
            browser.close()


def _same(page: Page, elsewhere: list[str]) -> tuple[bool, str]:
    page.wait_for_function(f"() => {_FRAMES}.some(f => f.document.querySelector('#late')?.textContent)", timeout=60_000)
    page.wait_for_timeout(1000)
    told = page.evaluate(
        f"""() => {{ const f = {_FRAMES}.find(f => f.document.querySelector('#late')), d = f.document;
          return {{title: d.title, late: d.querySelector('#late').textContent, pictures: d.images.length,
                   drawn: [...d.images].filter(i => i.complete && i.naturalWidth).length}} }}"""
    )
    outside = [url for url in elsewhere if not url.startswith(("blob:", "data:"))]
    wanted = {"title": TITLE, "late": "本店已亮照", "pictures": PICTURES, "drawn": PICTURES}
    return told == wanted and not outside, json.dumps({**told, "asked elsewhere": outside[:5]}, ensure_ascii=False)


_FRAMES = """(function all(w) { const found = [w];
  const walk = root => root.querySelectorAll('*').forEach(e => {
    if (e.tagName === 'IFRAME') { try { e.contentDocument && found.push(...all(e.contentWindow)) } catch {} }
    if (e.shadowRoot) walk(e.shadowRoot) });
  walk(w.document); return found })(window)"""


class _Ranged(http.server.SimpleHTTPRequestHandler):
    """Files with ranges, which the replay asks for."""

    def do_GET(self) -> None:
        asked, path = self.headers.get("Range", ""), Path(self.translate_path(self.path))
        if not asked.startswith("bytes=") or not path.is_file():
            return super().do_GET()
        size = path.stat().st_size
        first, _, last = asked[6:].partition("-")
        start, end = (size - int(last), size - 1) if not first else (int(first), min(int(last or size - 1), size - 1))
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        self.send_header("Content-Length", str(end - start + 1))
        self.send_header("Content-Type", "application/octet-stream")
        self.end_headers()
        with path.open("rb") as file:
            file.seek(start)
            self.wfile.write(file.read(end - start + 1))
        return None

    def log_message(self, *_: object) -> None:
        return


def _fetch_replay(home: Path) -> None:
    packed = CACHE / "replaywebpage-2.4.6.tgz"
    if not packed.exists():
        subprocess.run(["npm", "pack", REPLAY, "--silent"], cwd=CACHE, check=True, capture_output=True)
    with tarfile.open(packed) as found:
        (home / "replay").mkdir()
        for name, target in (("package/ui.js", "ui.js"), ("package/sw.js", "replay/sw.js")):
            content = found.extractfile(name)
            assert content is not None
            (home / target).write_bytes(content.read())


def _captured_url(package: Path) -> str:
    with zipfile.ZipFile(package) as found:
        return str(json.loads(found.read("datapackage.json"))["mainPageUrl"])


def _chromium() -> str:
    from wangjian.browser import find_browser
    from wangjian.settings import Settings

    return find_browser(Settings())


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())

"""Everything that can be set, read once: `WANGJIAN_…` variables, then `wangjian.toml` in the data directory or here."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from records.errors import InvalidInputError
from records.exchange import Zone
from records.licences_read import PictureReading
from wangjian.logs import LogLevel

__all__ = [
    "ApiSettings",
    "BackupSettings",
    "BrowserSettings",
    "ConsoleSettings",
    "NetworkSettings",
    "OidcSettings",
    "S3Settings",
    "Settings",
    "StoreSettings",
    "load_settings",
]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NetworkSettings(_Section):
    """The way out. `allow_private` lets tests and the demo reach loopback; never set it in production."""

    allow_private: bool = False
    user_agent: str = "WangJianBot/0.1 (+market regulator survey; see robots.txt)"
    contact: str = ""


class StoreSettings(_Section):
    """Where things rest, by URL (stores/backends.py). Empty = the embedded default inside the data directory.
    `register_index_url` finds candidates in the register; its rows stay in the records. `archive_url` (`s3://…`, a
    bucket apart from the evidence's) is where several machines share the archive of surveys; empty, it stays here.
    The password of a records server (`records_url` of `postgresql://…`) stands in `records_password`, or alone in the
    file `records_password_file`.
    """

    records_url: str = ""
    records_password: SecretStr = SecretStr("")
    records_password_file: str = ""
    index_url: str = ""
    register_index_url: str = ""
    blobs_url: str = ""
    archive_url: str = ""

    def password_of_records(self) -> str:
        """What lets us into the records server; empty where none is set.

        Raises:
            InvalidInputError: The file cannot be read, or a password stands in both places.
        """
        written = self.records_password.get_secret_value()
        if not self.records_password_file:
            return written
        if written:
            raise InvalidInputError(
                "数据库密码既写在设置中又写在文件中", cure="只留一处，宜用 stores.records_password_file"
            )
        path = Path(self.records_password_file).expanduser()
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as exc:
            raise InvalidInputError(
                f"数据库密码文件无法读取：{path}", cure="文件中只写密码一行，UTF-8，权限 600"
            ) from exc


class S3Settings(_Section):
    """How an S3 store (`stores.blobs_url` of `s3://…`) is spoken to. The keys stand here or, apart from other settings,
    in `credentials_file` (two lines `access_key = "…"`, `secret_key = "…"`). `ca_file` are the roots its certificate is
    checked against. With `create_bucket` a bucket that is not there is made, with object lock. Evidence is locked for
    `evidence.keep_days`, what surveys keep for `survey_keep_days`.
    """

    region: str = "us-east-1"
    access_key: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    credentials_file: str = ""
    ca_file: str = ""
    connect_seconds: float = Field(default=5.0, gt=0, le=300)
    read_seconds: float = Field(default=60.0, gt=0, le=3600)
    tries: int = Field(default=3, ge=1, le=10)
    survey_keep_days: int = Field(default=1096, ge=1096)
    create_bucket: bool = False

    def keys(self) -> tuple[str, str]:
        """Access key and secret key.

        Raises:
            InvalidInputError: The file of the keys cannot be read as one, or keys stand in both places.
        """
        written = (self.access_key.get_secret_value(), self.secret_key.get_secret_value())
        if not self.credentials_file:
            return written
        if any(written):
            raise InvalidInputError("对象存储的密钥既写在设置中又写在文件中", cure="只留一处，宜用 s3.credentials_file")
        return _keys_in(Path(self.credentials_file).expanduser())


class BrowserSettings(_Section):
    """Which Chromium. Empty = Debian's chromium-headless-shell or chromium, else Playwright's own."""

    executable: str = ""


class EvidenceSettings(_Section):
    """Sealing. `timestamp_urls` are RFC 3161 authorities; with none the bundled one is used (内部授时). With
    `sm2_signature` manifests are signed by SM2 as well (国密). With
    `preserve_first` scheduled visits capture new leads of high severity at once, `captures_at_once` beside the surveys
    (0: another process of `wangjian schedule work` does), and with `rerender` each capture is drawn again from its
    package while none waits.
    After `second_after_minutes` another process captures the page again and compares (0: not). `probe_urls` are known
    pages captured every `probe_hours` hours.
    `time_hosts` (`https://…/`, `ntp://…`) are asked for the time before and after each capture, `egress_url` for the
    address we are seen from. An unclean environment marks or refuses a capture. `optional_artefacts` may lack.
    Files handed over through the console or the API are taken up to `upload_max_bytes` at once.
    `office_mark` is the 机关代字 in the numbers of papers (杭西市监); empty, the organisation's name stands there.
    """

    organisation: str = "网鉴演示单位"
    office_mark: str = ""
    timestamp_urls: tuple[str, ...] = ()
    capture_seconds: float = 60.0
    capture_max_bytes: int = 200_000_000
    key_passphrase: SecretStr = SecretStr("")
    timestamp_sm3: bool = False
    sm2_signature: bool = False
    keep_days: int = Field(default=3650, ge=1096)
    preserve_first: bool = True
    rerender: bool = True
    captures_at_once: int = Field(default=1, ge=0, le=8)
    second_after_minutes: float = Field(default=0.0, ge=0, le=1440)
    probe_urls: tuple[str, ...] = ()
    probe_hours: float = Field(default=24.0, ge=0.25)
    time_hosts: tuple[str, ...] = ()
    egress_url: str = ""
    unclean: Literal["mark", "refuse"] = "mark"
    optional_artefacts: tuple[Literal["viewport", "mhtml", "pdf", "recording"], ...] = ()
    upload_max_bytes: int = Field(default=2_000_000_000, ge=1_000_000, le=4_000_000_000)


class ConsoleSettings(_Section):
    """The HTTP door. Archived pages are never replayed on the console's own origin but on `replay_port` (0: the next
    port, or any free one), which from outside is `replay_origin` (`https://*.replay.…`: a name for each opening).
    Pages are made by so many `processes` (0: one a processor, two at most); beyond one another does everything else.
    """

    host: str = "127.0.0.1"
    port: int = 8640
    processes: int = Field(default=0, ge=0, le=32)
    session_hours: int = 10
    replay_port: int = Field(default=0, ge=0, le=65535)
    replay_origin: str = ""


class ApiSettings(_Section):
    """How often one account or key may ask the API in a minute, and one address try to sign in. An officer never meets
    either. `/metrics` answers this machine, and others with `metrics_token`.
    """

    requests_a_minute: int = Field(default=1200, ge=1)
    sign_ins_a_minute: int = Field(default=60, ge=1)
    metrics_token: SecretStr = SecretStr("")


class OidcSettings(_Section):
    """Signing in through the bureau's own identity provider (OpenID Connect), beside local accounts; off without
    `issuer`. The provider's `claim` is the login of an account that is here already. `client_secret_file` holds the
    secret alone, mode 600.
    """

    issuer: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    claim: str = "preferred_username"
    title: str = "统一身份认证"

    def secret(self) -> str:
        """What stands in the file.

        Raises:
            InvalidInputError: It cannot be read, or is empty.
        """
        path = Path(self.client_secret_file).expanduser()
        try:
            found = path.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as exc:
            raise InvalidInputError(f"身份认证的密钥文件无法读取：{path}", cure="设 oidc.client_secret_file") from exc
        if not found or not self.client_id:
            raise InvalidInputError("身份认证没有客户端编号或密钥", cure="设 oidc.client_id 与 oidc.client_secret_file")
        return found


class BackupSettings(_Section):
    """Backups made by `serve` every day at `daily_at` (HH:MM, Beijing time; empty: none) into `folder` (empty:
    `backups` in the data directory, better another disk), of which the newest `keep` stay. `passphrase` (12 characters
    or more) opens the file of the keys that is written into `keys_folder`; without both keys are not backed up.
    """

    daily_at: str = Field(default="", pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")
    folder: str = ""
    keep: int = Field(default=14, ge=1, le=3650)
    passphrase: SecretStr = SecretStr("")
    keys_folder: str = ""


class RetentionSettings(_Section):
    """How long archives of surveys and leads are kept at least, in days (`wangjian retention list`); evidence is kept
    for `evidence.keep_days`.
    """

    crawl_days: int = Field(default=90, ge=30)
    lead_days: int = Field(default=1096, ge=365)


class LogSettings(_Section):
    """What `serve` writes to standard error, one JSON document a line; commands write warnings alone."""

    level: LogLevel = "info"


class SurveySettings(_Section):
    """Every survey. A WARC file of the archive is followed by the next at `archive_file_bytes`, and where machines
    share the archive (`stores.archive_url`) after `hand_over_seconds`, to be handed over; a page the site calls
    unchanged is fetched whole again after `full_refetch_days`; of the filter combinations of lists `facet_pages` are
    visited in a run.
    """

    archive_file_bytes: int = Field(default=1_000_000_000, ge=1_000_000)
    hand_over_seconds: float = Field(default=60.0, ge=1, le=3600)
    full_refetch_days: float = Field(default=7.0, ge=0)
    facet_pages: int = Field(default=40, ge=0)


class ScheduleSettings(_Section):
    """Scheduled surveys. `workers` run at once (0: `serve` runs none); due times are looked for every `tick_seconds`. A
    worker silent for `lease_seconds` is taken for dead and its visit taken up by another, `max_attempts` times in all.
    """

    workers: int = Field(default=2, ge=0, le=64)
    tick_seconds: float = Field(default=5.0, gt=0, le=3600)
    lease_seconds: int = Field(default=120, ge=5, le=3600)
    max_attempts: int = Field(default=3, ge=1, le=20)


class LicenceSettings(_Section):
    """Licence pictures: which a survey fetches and reads (`never`, `when_needed`: of shops whose pages do not give both
    code and name in words, `always`); how long one may take to be read; how many are read after a visit.
    """

    read_pictures: PictureReading = PictureReading.WHEN_NEEDED
    picture_seconds: float = Field(default=120.0, gt=0, le=3600)
    pictures_a_visit: int = Field(default=200, ge=0)


class ImageSettings(_Section):
    """Words in pictures of listings. Fetching and reading them costs requests and processor: done for the `targets`
    named here, or for all with `read`. Of a listing `images_a_listing` are fetched, of a run `images_a_run`; after a
    visit `images_a_visit` are read, each within `image_seconds`.
    """

    read: bool = False
    targets: tuple[str, ...] = ()
    images_a_listing: int = Field(default=8, ge=1, le=60)
    images_a_run: int = Field(default=500, ge=0)
    images_a_visit: int = Field(default=200, ge=0)
    image_seconds: float = Field(default=120.0, gt=0, le=3600)

    def wants(self, target_id: str) -> bool:
        """Whether pictures of the target's listings are fetched and read."""
        return self.read or target_id in self.targets


class ActSettings(_Section):
    """Acts in the browser (`wangjian rules act`). Scheduled visits try `pages_a_shop` pages of each shop, only of the
    `targets` named here: each try opens a page several times. A page not there after `page_seconds` is given up.
    """

    targets: tuple[str, ...] = ()
    pages_a_shop: int = Field(default=3, ge=1, le=50)
    page_seconds: float = Field(default=30.0, gt=0, le=120)


class ExchangeSettings(_Section):
    """Bundles between zones and bureaus. `code` names us to peers (empty: from our root certificate), `name` and
    `region_code` stand on our card (empty: `evidence.organisation`). `zone` is 采集区 or 业务区 where the two run
    apart. A sending is cut in parts of `part_bytes`; a bundle is good for `valid_days`.
    """

    code: str = Field(default="", pattern=r"^([0-9A-Za-z][0-9A-Za-z_.-]{0,39})?$")
    name: str = ""
    region_code: str = ""
    zone: Zone = Zone.WHOLE
    part_bytes: int = Field(default=500_000_000, ge=1_000, le=1_500_000_000)
    valid_days: int = Field(default=30, ge=1, le=365)


class Settings(BaseSettings):
    """All settings; nothing else reads the environment."""

    model_config = SettingsConfigDict(
        env_prefix="WANGJIAN_", env_nested_delimiter="__", extra="forbid", frozen=True, toml_file="wangjian.toml"
    )

    data_dir: Path = Path("wangjian-data")
    network: NetworkSettings = NetworkSettings()
    stores: StoreSettings = StoreSettings()
    s3: S3Settings = S3Settings()
    browser: BrowserSettings = BrowserSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    console: ConsoleSettings = ConsoleSettings()
    api: ApiSettings = ApiSettings()
    oidc: OidcSettings = OidcSettings()
    backup: BackupSettings = BackupSettings()
    logs: LogSettings = LogSettings()
    retention: RetentionSettings = RetentionSettings()
    survey: SurveySettings = SurveySettings()
    schedule: ScheduleSettings = ScheduleSettings()
    licences: LicenceSettings = LicenceSettings()
    images: ImageSettings = ImageSettings()
    acts: ActSettings = ActSettings()
    exchange: ExchangeSettings = ExchangeSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What a call says, then the environment, then the TOML file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(*, data_dir: Path | None = None, allow_private: bool = False) -> Settings:
    """Read the settings; the command line's own options win.

    Raises:
        InvalidInputError: A variable or line is unknown or has a wrong value; it is named.
    """
    _refuse_unknown_variables()
    try:
        found = Settings(data_dir=data_dir) if data_dir is not None else Settings()
    except ValidationError as exc:
        wrong = "；".join(f"{'.'.join(str(part) for part in error['loc'])}：{error['msg']}" for error in exc.errors())
        raise InvalidInputError(
            f"设置有误：{wrong}", cure="检查 WANGJIAN_… 环境变量与 wangjian.toml，见 docs/reference/settings.md"
        ) from exc
    if allow_private and not found.network.allow_private:
        found = found.model_copy(update={"network": found.network.model_copy(update={"allow_private": True})})
    return found


def _refuse_unknown_variables() -> None:
    """A misspelt variable of the top level is silently left out by pydantic-settings; it must not be."""
    for name in os.environ:
        if not name.startswith("WANGJIAN_") or name.startswith("WANGJIAN_TEST_"):
            continue
        first = name.removeprefix("WANGJIAN_").split("__", 1)[0].lower()
        if first not in Settings.model_fields:
            raise InvalidInputError(f"没有这个设置：{name}", cure="设置名见 docs/reference/settings.md")


def _keys_in(path: Path) -> tuple[str, str]:
    cure = '写成两行：access_key = "…" 与 secret_key = "…"，权限 600'
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise InvalidInputError(f"对象存储的密钥文件无法读取：{path}（{exc.strerror}）", cure=cure) from exc
    except ValueError as exc:
        raise InvalidInputError(f"对象存储的密钥文件格式不对：{path}", cure=cure) from exc
    access, secret = read.get("access_key"), read.get("secret_key")
    if len(read) != 2 or not (isinstance(access, str) and isinstance(secret, str) and access and secret):
        raise InvalidInputError(f"对象存储的密钥文件须有且只有两项：{path}", cure=cure)
    return access, secret

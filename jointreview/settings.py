"""One settings class: every option is documented where it stands and is set by environment or `.env`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SHANGHAI = ZoneInfo("Asia/Shanghai")
KEEPERS = frozenset({"admin", "security", "auditor"})  # models.identity.KEEPER_ROLES, which lies above this layer
_WEB = r"^(https?://.+)?$"
Network = IPv4Network | IPv6Network


def _networks(named: str) -> tuple[Network, ...]:
    return tuple(ip_network(part.strip(), strict=False) for part in named.split(",") if part.strip())


class Settings(BaseSettings):
    """The configuration. Environment variables carry the prefix `JOINTREVIEW_`."""

    model_config = SettingsConfigDict(env_prefix="JOINTREVIEW_", env_file=ROOT / ".env", extra="ignore")

    mode: Literal["demo", "production"] = Field("demo", description="production refuses demo data and accounts")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="port to listen on")
    https: bool = Field(False, description="serve with a certificate of one's own, made in data_dir/https")
    public_url: str = Field("", description="address people use, for QR codes and mail; default http://host:port")
    data_dir: Path = Field(ROOT / "var", description="database and built files of the embedded profile")
    database_url: str = Field("", description="SQLAlchemy address; default a SQLite file in data_dir")
    uploads_dir: Path = Field(ROOT / "uploads", description="root of the local document store")
    s3_endpoint: str = Field("", description="host:port of the S3 store; empty means the local folder")
    s3_access_key: str = ""
    s3_secret_key: str = ""
    s3_bucket: str = "jointreview"
    s3_secure: bool = True
    s3_browser_endpoint: str = Field(
        "",
        pattern=_WEB,
        description="https://host of the S3 store as browsers reach it: they put large files there themselves",
    )
    upload_limit_bytes: int = Field(2 * 1024**3, ge=1, description="largest file accepted")
    upload_keep_hours: int = Field(48, ge=1, description="how long an unfinished upload waits to be continued")
    clamd: str = Field("", description="virus scanner: socket path or host:port of clamd; empty means none")
    scan_policy: Literal["warn", "require"] = Field(
        "warn", description="without a scanner: files are marked unscanned, or kept from readers until scanned"
    )
    preview_cache_mb: int = Field(2048, ge=50, description="most megabytes that pages made for reading may take")
    lock_years: int = Field(10, ge=0, le=100, description="how long files of concluded cases are locked; 0: not")
    redis_url: str = Field(
        "", pattern=r"^((rediss?|unix)://.+)?$", description="Redis: state of open pages, announcements, limits"
    )
    workers: int = Field(1, ge=1, le=64, description="server processes; more than one needs PostgreSQL and Redis")
    trusted_proxies: str = Field(
        "",
        description="addresses or networks, with commas, whose X-Forwarded-For and -Proto are believed",
    )
    log_format: Literal["text", "json"] = Field("text", description="lines for people or one JSON object a line")
    metrics_token: str = Field("", description="what a monitor shows as bearer token to read /metrics")
    metrics_addresses: str = Field(
        "", description="addresses or networks, with commas, that read /metrics without a token; neither: closed"
    )
    catalogue: str = Field("qidong", description="folder below jointreview/catalog")
    arrival_radius_m: int = Field(150, ge=10, description="how far from the parcel an officer may sign in, in metres")
    pocket_limit_mb: int = Field(60, ge=1, description="most megabytes of drawings a phone keeps for a day on site")
    issuer_zh: str = Field("启东市数据局（行政审批局）", description="who issues joint documents")
    session_idle_minutes: int = Field(60, ge=5)
    session_hours: int = Field(12, ge=1)
    password_length: int | None = Field(
        None,
        ge=8,
        le=64,
        description="least length of a password that is the only factor; default 15, in a demonstration 8",
    )
    second_factor_roles: str = Field(
        "",
        pattern=r"^[a-z, ]*$",
        description="roles that need a second factor; none; or, by default in production, those of the system",
    )
    second_factor_key: str = Field("", description="key that seals second factors; default one made in data_dir/keys")
    oidc_file: Path | None = Field(
        None, description="organisations with a sign-in of their own (OpenID Connect), as YAML; none: passwords only"
    )
    audit_roots_dir: Path | None = Field(
        None,
        description="where the daily roots of the record go, best on another system; default data_dir/audit-roots",
    )
    sessions_at_once: int = Field(20, ge=0, description="open sessions of a person; the longest unused ends; 0: any")
    uploads_per_day: int = Field(2000, ge=0, description="files a person may send on a day; 0: any number")
    upload_bytes_per_day: int = Field(50 * 1024**3, ge=0, description="bytes a person may send on a day; 0: any")
    api_calls_per_minute: int = Field(1200, ge=0, description="requests to /api of a person in a minute; 0: any")
    exports_at_once: int = Field(2, ge=1, description="workbooks, archives and PDFs a person has made at once")
    heavy_at_once: int = Field(6, ge=1, description="workbooks, archives and PDFs made at once for everybody")
    registration_open: bool = Field(True, description="applicants may register themselves")
    mail_host: str = Field("", description="SMTP host; empty means no mail is sent")
    mail_port: int = 25
    mail_user: str = ""
    mail_password: str = ""
    mail_from: str = "noreply@example.invalid"
    mail_starttls: bool = False
    sms_url: str = Field("", pattern=_WEB, description="HTTP gateway for short messages; empty means none are sent")
    sms_method: Literal["POST", "PUT", "GET"] = "POST"
    sms_header: str = Field("", description="one header with the provider's token, `Name: value`")
    sms_format: Literal["json", "form"] = "json"
    sms_body: str = Field('{"mobile": "{mobile}", "text": "{text}"}', description="with {mobile} and {text}")
    sms_success_field: str = Field("", description="field of the JSON answer that tells success, `a.b` within a")
    sms_success_value: str = "0"
    robot_url: str = Field("", pattern=_WEB, description="webhook of a group robot; empty means none")
    robot_kind: Literal["wecom", "dingtalk"] = "wecom"
    robot_secret: str = Field("", description="signing secret of a DingTalk robot")
    tiles_url: str = Field(
        "", description="XYZ or WMTS addresses of background tiles, lowest first; empty draws a quiet grid"
    )
    tiles_subdomains: str = Field("abc", pattern="^[a-z0-9]*$", description="what {s} in the address stands for")
    tiles_datum: Literal["cgcs2000", "gcj02"] = Field("cgcs2000", description="the datum the tiles are drawn in")
    tiles_attribution: str = ""
    layer_hosts_allowed: str = Field(
        "",
        pattern=r"^[A-Za-z0-9.:, \-]*$",
        description="hosts (host or host:port, with commas) that WFS layers and tiles of layers may come from",
    )
    tianditu_key: str = Field("", description="key of 天地图; its map is the background, tiles_url is not used")
    tianditu_kind: Literal["vec", "img"] = Field("vec", description="streets or pictures from the air")
    now: datetime | None = Field(None, description="a fixed time, for demonstrations and tests only")

    @model_validator(mode="after")
    def _fixed_time_only_outside_production(self) -> Settings:
        if self.mode == "production" and self.now is not None:
            raise ValueError("JOINTREVIEW_NOW must not be set in production")
        if self.now is not None and self.now.tzinfo is None:
            raise ValueError("JOINTREVIEW_NOW needs a time zone, for example 2026-05-06T09:00:00+08:00")
        return self

    @field_validator("trusted_proxies", "metrics_addresses")
    @classmethod
    def _addresses_or_networks(cls, value: str) -> str:
        _networks(value)
        return value

    @property
    def database(self) -> str:
        """The database address in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'jointreview.db'}"

    @property
    def layer_hosts(self) -> frozenset[str]:
        """The hosts that layers may come from."""
        return frozenset(h.strip().lower() for h in self.layer_hosts_allowed.split(",") if h.strip())

    @property
    def least_password_length(self) -> int:
        """The least length of a password that is the only factor: 15 by NIST SP 800-63B-4."""
        return self.password_length or (15 if self.mode == "production" else 8)

    @property
    def roles_with_second_factor(self) -> frozenset[str]:
        """The roles whose holders need a second factor."""
        named = {role.strip() for role in self.second_factor_roles.split(",") if role.strip()}
        if named:
            return frozenset(named - {"none"})
        return KEEPERS if self.mode == "production" else frozenset()

    @property
    def address(self) -> str:
        """The address people use, without a slash at the end."""
        return (self.public_url or f"http{'s' if self.https else ''}://{self.host}:{self.port}").rstrip("/")

    @property
    def trusted_networks(self) -> tuple[Network, ...]:
        """The proxies whose word about the client is believed."""
        return _networks(self.trusted_proxies)

    @property
    def metrics_networks(self) -> tuple[Network, ...]:
        """Who may read the measures without a token."""
        return _networks(self.metrics_addresses)

    def current_time(self) -> datetime:
        """The time in UTC: the only place of the product that reads the wall clock for business."""
        return self.now.astimezone(UTC) if self.now else datetime.now(UTC)

    def today(self) -> date:
        """The date in Shanghai."""
        return self.current_time().astimezone(SHANGHAI).date()


@cache
def settings() -> Settings:
    """The settings in force, read once."""
    return Settings()

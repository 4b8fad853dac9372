"""Who may sign in, what they allowed the app to do, and the tokens that came of it."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from xpm_sandbox.models.base import Base, new_uuid
from xpm_sandbox.models.practice import Practice


class User(Base):
    """A Xero user. `uuid` is the subject and the xero_userid of every token."""

    __tablename__ = "xero_user"

    uuid: Mapped[str] = mapped_column(primary_key=True, default=new_uuid)
    email: Mapped[str] = mapped_column(unique=True)
    given_name: Mapped[str]
    family_name: Mapped[str]

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="user", order_by="Membership.position"
    )

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Membership(Base):
    """A user's place in a practice. Without the add-on permission the user cannot connect it to an app."""

    __tablename__ = "membership"

    user_uuid: Mapped[str] = mapped_column(ForeignKey("xero_user.uuid"), primary_key=True)
    practice_uuid: Mapped[str] = mapped_column(ForeignKey("practice.uuid"), primary_key=True)
    position: Mapped[int]
    role: Mapped[str]
    may_authorise_addons: Mapped[bool]

    user: Mapped[User] = relationship(back_populates="memberships")
    practice: Mapped[Practice] = relationship()


class SignIn(Base):
    """One consent of one user to one app: Xero's authentication event. Tokens hang on it."""

    __tablename__ = "sign_in"

    uuid: Mapped[str] = mapped_column(primary_key=True, default=new_uuid)
    user_uuid: Mapped[str] = mapped_column(ForeignKey("xero_user.uuid"))
    client_id: Mapped[str]
    scope: Mapped[str]
    session_id: Mapped[str] = mapped_column(default=lambda: new_uuid().replace("-", ""))
    signed_in_at: Mapped[datetime]

    user: Mapped[User] = relationship()


class AuthorizationCode(Base):
    """A single-use code on its way from the consent page to the token endpoint."""

    __tablename__ = "authorization_code"

    code: Mapped[str] = mapped_column(primary_key=True)
    sign_in_uuid: Mapped[str] = mapped_column(ForeignKey("sign_in.uuid"))
    redirect_uri: Mapped[str]
    nonce: Mapped[str | None]
    code_challenge: Mapped[str | None]
    code_challenge_method: Mapped[str | None]
    expires_at: Mapped[datetime]

    sign_in: Mapped[SignIn] = relationship()

    # The four methods below are Authlib's AuthorizationCodeMixin.
    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.sign_in.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.sign_in.signed_in_at.timestamp())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class RefreshToken(Base):
    """A refresh token, by its digest. `parent_digest` is the token that was spent for it."""

    __tablename__ = "refresh_token"

    digest: Mapped[str] = mapped_column(primary_key=True)
    sign_in_uuid: Mapped[str] = mapped_column(ForeignKey("sign_in.uuid"))
    parent_digest: Mapped[str | None] = mapped_column(index=True)
    issued_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
    revoked: Mapped[bool] = mapped_column(default=False)

    sign_in: Mapped[SignIn] = relationship()

    # The two methods below are Authlib's TokenMixin.
    def check_client(self, client: object) -> bool:
        return bool(self.sign_in.client_id == getattr(client, "client_id", None))

    def get_scope(self) -> str:
        return self.sign_in.scope


class AccessToken(Base):
    """An issued access token, by its `jti`, so that it can be expired or revoked on demand."""

    __tablename__ = "access_token"

    jti: Mapped[str] = mapped_column(primary_key=True)
    sign_in_uuid: Mapped[str] = mapped_column(ForeignKey("sign_in.uuid"))
    expires_at: Mapped[datetime]
    revoked: Mapped[bool] = mapped_column(default=False)

    sign_in: Mapped[SignIn] = relationship()


class Connection(Base):
    """A user's link between an app and a practice, as GET /connections tells it."""

    __tablename__ = "connection"

    uuid: Mapped[str] = mapped_column(primary_key=True, default=new_uuid)
    client_id: Mapped[str]
    user_uuid: Mapped[str] = mapped_column(ForeignKey("xero_user.uuid"))
    practice_uuid: Mapped[str] = mapped_column(ForeignKey("practice.uuid"))
    auth_event_uuid: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    practice: Mapped[Practice] = relationship()


class SigningKey(Base):
    """The RSA key that signs tokens, kept so that a restart leaves them valid."""

    __tablename__ = "signing_key"

    kid: Mapped[str] = mapped_column(primary_key=True)
    private_jwk: Mapped[str]

"""What the identity provider says of a user: a response with a signed assertion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from lxml import etree
from lxml.builder import ElementMaker
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner

from devstack import network
from devstack.saml.key import Key

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_NAMES = "urn:oasis:names:tc:SAML:2.0"
_A: Any = ElementMaker(namespace=_SAML, nsmap={"saml": _SAML})
_P: Any = ElementMaker(namespace=_PROTOCOL, nsmap={"samlp": _PROTOCOL, "saml": _SAML})


@dataclass(frozen=True)
class Claim:
    """What a response claims.

    Attributes:
        issuer: who says it.
        audience: whom it is for.
        recipient: the address that it is sent to.
        subject: who the user is.
        attributes: what is known about the user.
        in_response_to: the request that it answers, if any.
        age: how long ago it was said.
        lifetime: for how long it holds.
    """

    issuer: str
    audience: str
    recipient: str
    subject: str
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    in_response_to: str | None = None
    age: timedelta = timedelta(0)
    lifetime: timedelta = timedelta(minutes=5)


def entity_id(port: int) -> str:
    """Tell who the provider on a port is: by custom, the address of its metadata."""
    return f"http://{network.host()}:{port}/metadata"


def response(claim: Claim, key: Key | None) -> bytes:
    """Make a response, by SAML 2.0 core and the browser profile.

    Args:
        claim: what it says.
        key: what its assertion is signed with; None leaves it unsigned.

    Returns:
        The response, as XML.
    """
    said = datetime.now(UTC) - claim.age
    assertion = _assertion(claim, said)
    whole = _P.Response(
        _A.Issuer(claim.issuer),
        _P.Status(_P.StatusCode(Value=f"{_NAMES}:status:Success")),
        assertion if key is None else _signed(assertion, key),
        **_head(said),
        **_answers(claim),
        Destination=claim.recipient,
    )
    return etree.tostring(whole)


def _assertion(claim: Claim, said: datetime) -> Any:
    ends = _time(said + claim.lifetime)
    confirmation = _A.SubjectConfirmationData(
        NotOnOrAfter=ends, Recipient=claim.recipient, **_answers(claim)
    )
    return _A.Assertion(
        _A.Issuer(claim.issuer),
        _A.Subject(
            _A.NameID(claim.subject, Format=f"{_NAMES}:nameid-format:persistent"),
            _A.SubjectConfirmation(confirmation, Method=f"{_NAMES}:cm:bearer"),
        ),
        _A.Conditions(
            _A.AudienceRestriction(_A.Audience(claim.audience)),
            NotBefore=_time(said),
            NotOnOrAfter=ends,
        ),
        _A.AuthnStatement(
            _A.AuthnContext(_A.AuthnContextClassRef(f"{_NAMES}:ac:classes:unspecified")),
            AuthnInstant=_time(said),
        ),
        _A.AttributeStatement(
            *(_A.Attribute(_A.AttributeValue(v), Name=n) for n, v in claim.attributes.items())
        ),
        **_head(said),
    )


def _signed(assertion: Any, key: Key) -> Any:
    # The schema wants the signature behind the issuer; this is where signxml puts it.
    # It is known by its Id, and its prefix has to be the one that signxml signs with.
    place = etree.Element(f"{{{_SIGNATURE}}}Signature", nsmap={"ds": _SIGNATURE})
    place.set("Id", "placeholder")
    assertion.insert(1, place)
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    return signer.sign(
        assertion, key=key.pem, cert=key.pem, reference_uri=f"#{assertion.get('ID')}"
    )


def _head(said: datetime) -> dict[str, str]:
    return {"ID": f"_{uuid4().hex}", "Version": "2.0", "IssueInstant": _time(said)}


def _answers(claim: Claim) -> dict[str, str]:
    return {"InResponseTo": claim.in_response_to} if claim.in_response_to else {}


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

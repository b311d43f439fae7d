"""What the console has words for, held to what the server tells."""

from callcenter.api.rights import ROUTES
from callcenter.settings import ROOT

WORDS = ROOT / "console" / "src" / "i18n" / "records.ts"


def test_whatever_the_audit_keeps_of_reading_has_a_name() -> None:
    told = WORDS.read_text("utf-8")
    kept = {row.reads for row in ROUTES.values() if row.reads}
    nameless = {one for one in kept if f" {one}: " not in told}
    assert nameless == set()

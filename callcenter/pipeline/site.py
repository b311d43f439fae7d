"""What handlers know of the place where they run: settings, rules, county, table of units."""

from dataclasses import dataclass, field
from functools import lru_cache

from callcenter.classify.desk import Desk
from callcenter.classify.lexicon import Rules
from callcenter.classify.rulebook import RuleBook
from callcenter.errors import BadInputError, CannotStartError, NotFoundError
from callcenter.pipeline.rules import rules_folder
from callcenter.settings import Settings
from callcenter.tickets.clocks import Clocks
from callcenter.tickets.county import County
from callcenter.tickets.dispatch import DispatchTable, Unit
from callcenter.tickets.duplicates.rules import DuplicateRules, read_duplicate_rules
from callcenter.tickets.exchange.partners import Partners, read_partners
from callcenter.tickets.inforce import CountyInForce
from callcenter.tickets.notices.book import NoticeBook, read_book
from callcenter.tickets.places import PlaceKind
from callcenter.tickets.versions import Versions

NAMES = 4  # counties whose names are kept at hand


@dataclass(frozen=True)
class Site:
    """What handlers need to know of the place where they run, each time the newest."""

    settings: Settings
    book: RuleBook
    desk: Desk
    in_force: CountyInForce
    notices: NoticeBook
    duplicates: DuplicateRules = DuplicateRules()
    partners: Partners = field(default_factory=Partners)

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self.book.rules()

    @property
    def silent(self) -> frozenset[str]:
        """The county's names that say nothing to the rules."""
        return silent_names(self.county)

    @property
    def county(self) -> County:
        """The county in force."""
        return self.in_force.current()

    @property
    def table(self) -> DispatchTable:
        """Who takes what, of the county in force."""
        return self.in_force.edition().table

    @property
    def units(self) -> dict[str, Unit]:
        """Who can be sent a ticket, by code: the county's units, and the partners."""
        return self.partners.units | self.table.units

    @property
    def clocks(self) -> Clocks:
        """How long what may take, and the calendar, of the county in force."""
        return self.in_force.edition().clocks


def load_site(settings: Settings) -> Site:
    """The site's rules and county.

    Raises:
        CannotStartError: One line naming the file and the fault.
    """
    try:
        in_force = CountyInForce(Versions.of(settings))
    except (BadInputError, NotFoundError, OSError) as error:
        told = f"CALLCENTER_COUNTY_DIR {settings.county_dir} cannot be used: {error}"
        raise CannotStartError(told) from error
    try:
        book = RuleBook(rules_folder(settings), lambda: silent_names(in_force.current()))
    except (BadInputError, NotFoundError, OSError) as error:
        told = f"CALLCENTER_RULES_DIR {settings.rules_dir} cannot be used: {error}"
        raise CannotStartError(told) from error
    try:
        notices = read_book(settings.notices_file)
    except BadInputError as error:
        told = f"CALLCENTER_NOTICES_FILE {settings.notices_file} cannot be used: {error}"
        raise CannotStartError(told) from error
    try:
        duplicates = read_duplicate_rules(settings.duplicates_file)
    except BadInputError as error:
        told = f"CALLCENTER_DUPLICATES_FILE {settings.duplicates_file} cannot be used: {error}"
        raise CannotStartError(told) from error
    try:
        partners = read_partners(settings.partners_file, settings.exchange_secrets)
    except BadInputError as error:
        told = f"CALLCENTER_PARTNERS_FILE {settings.partners_file} cannot be used: {error}"
        raise CannotStartError(told) from error
    return Site(settings, book, Desk(book.rules), in_force, notices, duplicates, partners)


@lru_cache(NAMES)
def silent_names(county: County) -> frozenset[str]:
    """Names that hold rule words and say nothing of the subject: 车站社区."""
    kinds = (PlaceKind.TOWNSHIP, PlaceKind.VILLAGE, PlaceKind.STREET)
    return frozenset(county.places.names(*kinds))

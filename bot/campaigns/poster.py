"""A campaign's poster: one page of A4 with a QR code, and a way for those whose camera reads none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from bot.campaigns.naming import CampaignError
from bot.campaigns.qr import QUIET, Matrix, modules, outlines
from bot.campaigns.wording import words
from bot.conversation.layout import MESSAGE_LENGTH, clip, length, paragraphs
from engine.drawing.page import HEIGHT, WIDTH, Page
from engine.drawing.theme import BLUE, MIST, NIGHT, ORANGE, SLATE, WHITE, Style
from engine.drawing.typesetting import ZERO_WIDTH_SPACE, drawable, line_height, wrap
from engine.logo import LogoError, open_logo
from engine.survey import Survey, Text

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_LANGUAGES = 4
"""With more of them nobody finds their own line from two metres away."""
SMALLEST_CODE, LARGEST_CODE = 80 / 25.4 * 72, 105 / 25.4 * 72
"""Points of the QR code's side, its quiet zone not counted: 8 cm are read from an arm's length and more."""

_MARGIN, _PADDING, _GAP, _LEAST_GAP = 34.0, 22.0, 10.0, 11.0
_FRAME, _THICK = 11.0, 6.0
"""What a frame takes beside the quiet zone, whose corners its round ones must not cut, and its line."""
_COLUMN = WIDTH - 2 * (_MARGIN + _PADDING)
_PLATES = (0.66 * (_COLUMN - _GAP), 0.34 * (_COLUMN - _GAP))
_SMALLEST = 7
_WITHOUT_GAPS = dict.fromkeys(map(ord, f" {ZERO_WIDTH_SPACE}"))
_LOGO = (190.0, 56.0)
_SCALES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52, 0.46, 0.4, 0.35)
"""Texts are as large as they can be while the code keeps its size."""


@dataclass(frozen=True, slots=True)
class Poster:
    """All that a poster says.

    Attributes
    ----------
    title, invitation : Text
        What it is about, and the line below: "Tell us in two minutes". Without an invitation the bot's own stands.
    languages : tuple of str
        In this order; the first `MOST_LANGUAGES` are printed.
    organisation : str
        Who asks.
    link, username, code : str
        Three ways to the bot: by camera, by search, and what to type there.
    campaign : str
        For the staff who hang it up.
    logo : Path or None
        A PNG or JPEG file.
    printable : bool
        False for links that work on this machine only; the poster then says so in large letters.
    """

    title: Text
    invitation: Text | None
    languages: tuple[str, ...]
    organisation: str
    link: str
    username: str
    code: str
    campaign: str
    logo: Path | None = None
    printable: bool = True


def poster_for(
    survey: Survey,
    *,
    link: str,
    username: str,
    code: str,
    campaign: str,
    language: str | None = None,
    printable: bool = True,
) -> Poster:
    """Return a campaign's poster in the words of its survey, its own language first."""
    own = [each for each in survey.languages if each == language]
    others = [each for each in survey.languages if each != language]
    languages = (*own, *others)
    return Poster(
        title=survey.title,
        invitation=survey.about.poster,
        languages=languages,
        organisation=survey.about.organisation.to(languages[0]),
        link=link,
        username=username,
        code=code,
        campaign=campaign,
        logo=survey.about.logo,
        printable=printable,
    )


def poster_pdf(poster: Poster) -> bytes:
    """Return a poster as a PDF file of one page.

    Raises
    ------
    CampaignError
        Where the logo is gone or damaged since the survey was read.
    """
    page = Page()
    _draw(page, poster)
    return page.pdf(f"{poster.campaign}: {poster.title.to(poster.languages[0])}")


def post_text(survey: Survey, link: str, language: str) -> str:
    """Return a text to post in a group or on a page, with the link; it fits into one Telegram message."""
    share = survey.about.share or survey.about.poster
    about = share.to(language) if share else words(language).invite
    begin = f"{words(language).begin} {link}"
    room = MESSAGE_LENGTH - length(begin) - 4
    title = clip(survey.title.to(language), room // 2)
    return paragraphs(title, clip(about, room - length(title)), begin)


# -- layout -------------------------------------------------------------------------------------------------


Line: TypeAlias = tuple[str, Style]


@dataclass(frozen=True, slots=True)
class _Block:
    """Groups of lines below each other, each line with its style; between two groups is a gap."""

    groups: tuple[tuple[Line, ...], ...]

    @property
    def height(self) -> float:
        lines = sum(line_height(text, style) for group in self.groups for text, style in group)
        return lines + _GAP * max(len(self.groups) - 1, 0)

    def draw(self, page: Page, top: float, colour: str, *, x: float = WIDTH / 2, align: float = 0.5) -> None:
        """Write the lines; ``align`` is the share of each that lies left of ``x``."""
        for group in self.groups:
            for text, style in group:
                top = page.line(text, x, top, style, colour, align=align)
            top += _GAP


@dataclass(frozen=True, slots=True)
class _Layout:
    """A poster's texts, wrapped at one scale."""

    warning: _Block
    organisation: _Block
    heading: _Block
    scan: _Block
    by_hand: _Block
    username: Line
    code: Line
    foot: _Block
    logo: Image | None

    @property
    def warning_height(self) -> float:
        return self.warning.height + _PADDING + _GAP if self.warning.groups else 0.0

    @property
    def top_row(self) -> float:
        """The height of organisation and logo."""
        return max(self.organisation.height, _LOGO[1] if self.logo else 0.0)

    @property
    def panel_height(self) -> float:
        return self.top_row + _GAP + self.heading.height + 2 * _PADDING

    @property
    def plate_height(self) -> float:
        return line_height(*self.code) + 4.0

    @property
    def box_height(self) -> float:
        return self.by_hand.height + _GAP + self.plate_height + 1.5 * _PADDING

    @property
    def fixed(self) -> float:
        """The height of all but the QR code and the gaps around it."""
        texts = self.warning_height + self.panel_height + self.scan.height + self.box_height + self.foot.height
        return texts + 2 * _MARGIN


def _layout(poster: Poster, scale: float, logo: Image | None) -> _Layout:
    languages = poster.languages[:MOST_LANGUAGES]
    most = 2 if len(languages) <= 2 else 1
    said = [words(language) for language in languages]
    username = f"@{poster.username.removeprefix('@')}"

    def lines(text: str, size: int, most: int, *, bold: bool = False, width: float = _COLUMN) -> tuple[Line, ...]:
        return _fitted(text, Style(max(_SMALLEST, round(size * scale)), bold), int(width), most)

    def once(texts: Iterable[str], size: int, most: int, *, bold: bool = False) -> _Block:
        """Put texts into one group, each once: what is not translated would stand there twice."""
        group = tuple(line for text in dict.fromkeys(texts) for line in lines(text, size, most, bold=bold))
        return _Block((group,) if group else ())

    titles = dict.fromkeys(poster.title.to(language) for language in languages)
    invitations = dict.fromkeys(
        poster.invitation.to(language) if poster.invitation else words(language).invite for language in languages
    )
    heading = zip_longest(
        (lines(title, 40, most, bold=True) for title in titles),
        (lines(invitation, 22, most) for invitation in invitations),
        fillvalue=(),
    )
    organisation = poster.organisation[:1].upper() + poster.organisation[1:]
    beside = _LOGO[0] + _PADDING if logo else 0.0
    plates = [
        lines(text, size, 1, bold=True, width=width - _GAP)[0]
        for text, size, width in ((username, 22, _PLATES[0]), (poster.code, 34, _PLATES[1]))
    ]
    return _Layout(
        warning=once((each.not_for_print.upper() for each in said if not poster.printable), 20, 1, bold=True),
        organisation=_Block((lines(organisation, 16, 2, bold=True, width=_COLUMN - beside),)),
        heading=_Block(tuple(title + invitation for title, invitation in heading)),
        scan=once((each.scan for each in said), 20, 1, bold=True),
        by_hand=once((each.by_hand.format(username=username) for each in said), 14, 2),
        username=plates[0],
        code=plates[1],
        foot=once((poster.link, poster.campaign), 9, 1),
        logo=logo,
    )


def _fitted(text: str, style: Style, width: int, most: int) -> tuple[Line, ...]:
    """Wrap a text, in a smaller size where that saves its end."""
    for size in range(style.size, max(_SMALLEST, style.size // 2) - 1, -max(style.size // 14, 1)):
        smaller = Style(size, style.bold)
        lines = wrap(text, smaller, width, most)
        if _whole(text, smaller, lines):
            lines = _balanced(text, smaller, width, lines)
            break
    return tuple((line, smaller) for line in lines)


def _balanced(text: str, style: Style, width: int, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Wrap a text into as many lines as it takes anyway, of about one length: no word stands alone in the last."""
    for share in range(95, 50, -5) if len(lines) > 1 else ():
        narrower = wrap(text, style, width * share // 100, len(lines))
        if not _whole(text, style, narrower):
            break
        lines = narrower
    return lines


def _whole(text: str, style: Style, lines: Iterable[str]) -> bool:
    """Whether nothing of a text was left out of its lines: an ellipsis may be its own."""
    wrapped, drawn = ("".join(each).translate(_WITHOUT_GAPS) for each in (lines, drawable(text, style)))
    return wrapped == drawn


# -- drawing ------------------------------------------------------------------------------------------------


def _draw(page: Page, poster: Poster) -> None:
    logo = _open(poster.logo)
    code = modules(poster.link)
    with_quiet = (len(code) + 2 * QUIET) / len(code)
    for scale in _SCALES:
        layout = _layout(poster, scale, logo)
        free = HEIGHT - layout.fixed - 4 * _LEAST_GAP - 2 * _FRAME
        if free >= SMALLEST_CODE * with_quiet:
            break
    side = min(free, LARGEST_CODE * with_quiet)
    gap = _LEAST_GAP + (free - side) / 4
    top = _draw_warning(page, layout, _MARGIN)
    top = _draw_panel(page, layout, top) + gap
    top = _draw_code(page, code, top, side) + gap
    layout.scan.draw(page, top, NIGHT)
    top += layout.scan.height + gap
    top = _draw_box(page, layout, top) + gap
    layout.foot.draw(page, top, SLATE)


def _open(path: Path | None) -> Image | None:
    try:
        return None if path is None else open_logo(path)
    except LogoError as error:
        raise CampaignError(f"The survey's logo: {error}.") from None


def _draw_warning(page: Page, layout: _Layout, top: float) -> float:
    if not layout.warning.groups:
        return top
    page.box(_MARGIN, top, WIDTH - 2 * _MARGIN, layout.warning.height + _PADDING, ORANGE, radius=8)
    layout.warning.draw(page, top + _PADDING / 2, WHITE)
    return top + layout.warning_height


def _draw_panel(page: Page, layout: _Layout, top: float) -> float:
    """Draw who asks, and what."""
    page.box(_MARGIN, top, WIDTH - 2 * _MARGIN, layout.panel_height, BLUE, radius=18)
    inner = top + _PADDING
    middle = inner + (layout.top_row - layout.organisation.height) / 2
    if layout.logo:
        _draw_logo(page, layout.logo, inner)
        layout.organisation.draw(page, middle, WHITE, x=_MARGIN + _PADDING + _COLUMN, align=1.0)
    else:
        layout.organisation.draw(page, middle, WHITE)
    layout.heading.draw(page, inner + layout.top_row + _GAP, WHITE)
    return top + layout.panel_height


def _draw_logo(page: Page, logo: Image, top: float) -> None:
    """Put the logo on white: most are made for it."""
    inset = 6.0
    scale = min((_LOGO[0] - 2 * inset) / logo.width, (_LOGO[1] - 2 * inset) / logo.height)
    width, height = logo.width * scale, logo.height * scale
    left = _MARGIN + _PADDING
    page.box(left, top, width + 2 * inset, _LOGO[1], WHITE, radius=8)
    page.picture(logo, left + inset, top + (_LOGO[1] - height) / 2, width, height)


def _draw_code(page: Page, code: Matrix, top: float, side: float) -> float:
    """Draw the QR code with its quiet zone, and a frame around both."""
    unit = side / (len(code) + 2 * QUIET)
    whole = side + 2 * _FRAME - _THICK
    page.box((WIDTH - whole) / 2, top + _THICK / 2, whole, whole, WHITE, radius=14, edge=BLUE, thickness=_THICK)
    page.shape(outlines(code), (WIDTH - side) / 2 + QUIET * unit, top + _FRAME + QUIET * unit, unit, "#000000")
    return top + side + 2 * _FRAME


def _draw_box(page: Page, layout: _Layout, top: float) -> float:
    """Draw the way for those whose camera reads no code: what to search, and what to type."""
    page.box(_MARGIN, top, WIDTH - 2 * _MARGIN, layout.box_height, MIST, radius=18)
    layout.by_hand.draw(page, top + 0.75 * _PADDING, NIGHT)
    plates, left = top + 0.75 * _PADDING + layout.by_hand.height + _GAP, _MARGIN + _PADDING
    _draw_plate(page, layout.username, layout.plate_height, left, plates, _PLATES[0], WHITE, BLUE)
    _draw_plate(page, layout.code, layout.plate_height, left + _PLATES[0] + _GAP, plates, _PLATES[1], BLUE, WHITE)
    return top + layout.box_height


def _draw_plate(
    page: Page, line: Line, height: float, left: float, top: float, width: float, fill: str, colour: str
) -> None:
    text, style = line
    page.box(left, top, width, height, fill, radius=10)
    baseline = top + height / 2 + style.size * 0.36  # capitals are 0.73 of a size tall
    page.line(text, left + width / 2, baseline - style.baseline, style, colour, align=0.5)

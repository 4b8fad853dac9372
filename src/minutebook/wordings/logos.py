"""A logo as it is taken: a PNG or JPEG picture, looked at before it is decoded, and written anew.

No database, no storage: bytes in, bytes out, the same for the same.
"""

import warnings
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from typing import cast

from PIL import Image, ImageOps, UnidentifiedImageError

from minutebook.documents.blocks import Picture, PictureKind

LARGEST = 2 * 1024 * 1024  # bytes as uploaded
_MOST_PIXELS = 12_000_000  # as uploaded: told by the picture's head, before any is decoded
_KEPT = (1200, 600)  # pixels at most, as kept: 300 dpi at the widest that is printed
_LARGEST_KEPT = 400 * 1024  # bytes; a photograph that stays larger as PNG is kept as JPEG
_TAKEN = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff"}
_MOST_STRETCHED = 12  # times as wide as high, or the other way round


class NoLogo(Exception):
    """The file is no logo that can be printed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class LogoFile:
    """A logo as it is kept and printed."""

    kind: PictureKind
    content: bytes
    width: int  # pixels
    height: int


def read_logo(name: str, content: bytes) -> LogoFile:
    """Return the logo, decoded and written anew, so that nothing but its pixels is kept. Raises NoLogo."""
    check_size(name, len(content))
    kind = next((kind for kind, start in _TAKEN.items() if content.startswith(start)), None)
    if kind is None:
        raise NoLogo(_not_a_picture(name, content))
    return _written(_decoded(name, content, kind))


def check_size(name: str, size: int) -> None:
    """Raise NoLogo for a file that is empty or too large. Ask before reading it."""
    if not size:
        raise NoLogo(f"“{name}” is empty. Choose the picture again.")
    if size > LARGEST:
        raise NoLogo(
            f"“{name}” has {size / 1024 / 1024:.0f} MB, and a logo may have at most 2 MB. Save it smaller."
        )


def picture_of(logo: LogoFile, *, shown_mm: int, alt: str) -> Picture:
    return Picture(logo.kind, b64encode(logo.content).decode("ascii"), logo.width, logo.height, shown_mm, alt)


def _not_a_picture(name: str, content: bytes) -> str:
    start = content[:1024].lstrip().lower()
    if name.lower().endswith((".svg", ".svgz")) or start.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        return (
            f"“{name}” is an SVG drawing, which may hold programs. Export it as PNG, 1,200 pixels wide, then choose "
            "that."
        )
    return f"“{name}” is neither a PNG nor a JPEG picture. Save it as one of these, then choose that."


def _decoded(name: str, content: bytes, kind: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own limit only warns; ours refuses
            image = Image.open(BytesIO(content), formats=[kind])
            _check_measures(name, *image.size)
            image.load()
            return ImageOps.exif_transpose(image)
    except NoLogo:
        raise
    except Image.DecompressionBombError:
        raise NoLogo(_too_many_pixels(name)) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise NoLogo(
            f"“{name}” is damaged and cannot be shown. Save the picture again, then choose it."
        ) from None


def _check_measures(name: str, width: int, height: int) -> None:
    if width * height > _MOST_PIXELS:
        raise NoLogo(_too_many_pixels(name))
    if max(width, height) > _MOST_STRETCHED * min(width, height):
        raise NoLogo(
            f"“{name}” is {width:,} × {height:,} pixels: too narrow to print. Choose another picture."
        )


def _too_many_pixels(name: str) -> str:
    return f"“{name}” has too many pixels: a logo may have at most 12 million. Save it 1,200 pixels wide."


def _written(image: Image.Image) -> LogoFile:
    """Write the pixels on white: paper has no transparency, and PDF/A-2 readers differ about it."""
    clear = image.convert("RGBA")
    clear.thumbnail(_KEPT, Image.Resampling.LANCZOS)
    plain = Image.new("RGB", clear.size, "white")
    plain.paste(clear, mask=clear.getchannel("A"))
    for kind, options in (("PNG", {"optimize": True}), ("JPEG", {"quality": 88, "optimize": True})):
        kept = BytesIO()
        plain.save(kept, kind, **options)
        if kind == "JPEG" or kept.tell() <= _LARGEST_KEPT:
            break
    return LogoFile(cast("PictureKind", kind.lower()), kept.getvalue(), *plain.size)

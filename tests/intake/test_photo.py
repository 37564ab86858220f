"""Photos as cameras and other programs write them."""

import hashlib
import io
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from clinic.case import Photo, Pixels
from clinic.intake import picture
from clinic.intake import read as intake
from clinic.intake.errors import (
    FileNotReadable,
    FileTooLarge,
    PhotoTooLarge,
    PhotoTooSmall,
    UnreadablePhoto,
    UnsupportedFile,
)
from clinic.intake.refusal import Refusal
from clinic.jobs import Progress

HEIC = Path(__file__).parent / "data" / "quarters.heic"  # drawn for this test: red, green over blue, white
SHARED = Path(__file__).parents[3] / "shared" / "data" / "photos"


def read(path: Path, progress: Progress | None = None, name: str = "photo 1") -> Photo:
    return intake.read(path, progress or Progress(), name)


def quarters(width: int = 128, height: int = 96) -> Pixels:
    """Red, green over blue, near white: every turn and mirror image of it differs."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (220, 40, 40)
    pixels[: height // 2, width // 2 :] = (40, 200, 60)
    pixels[height // 2 :, : width // 2] = (40, 60, 210)
    pixels[height // 2 :, width // 2 :] = (240, 240, 240)
    return pixels


def corners(pixels: Pixels) -> list[tuple[int, ...]]:
    """The colours of the four quarters, rounded: upper left, upper right, lower left, lower right."""
    rows, columns = pixels.shape[:2]
    places = [(r * rows // 4, c * columns // 4) for r in (1, 3) for c in (1, 3)]
    return [tuple(int(value) for value in pixels[place]) for place in places]


def close(one: Pixels, other: Pixels, tolerance: int = 12) -> bool:
    return bool(
        one.shape == other.shape
        and all(
            abs(a - b) <= tolerance
            for first, second in zip(corners(one), corners(other), strict=True)
            for a, b in zip(first, second, strict=True)
        )
    )


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "webp"])
def test_lossless_formats_give_the_very_pixels(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"DOE_Jane.{suffix}"
    Image.fromarray(quarters()).save(file, lossless=True)
    photo = read(file, Progress(), "photo 3")
    assert np.array_equal(photo.pixels, quarters())
    assert photo.name == "photo 3"
    assert photo.made_from == hashlib.sha256(file.read_bytes()).hexdigest()
    assert photo.focal_35mm is None
    assert photo.warnings == ()


def test_jpeg_and_heic_are_read(tmp_path: Path) -> None:
    Image.fromarray(quarters()).save(tmp_path / "a.jpg", quality=95)
    assert close(read(tmp_path / "a.jpg").pixels, quarters())
    assert close(read(HEIC).pixels, quarters())


@pytest.mark.parametrize("suffix", ["jpg", "png", "tiff", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(tmp_path: Path, orientation: int, suffix: str) -> None:
    upright = quarters()
    turn_back = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = tmp_path / f"a.{suffix}"
    Image.fromarray(np.ascontiguousarray(turn_back[orientation])).save(file, exif=exif.tobytes(), quality=95)
    assert close(read(file).pixels, upright, 16)


def with_profile(image: Image.Image, profile: bytes, file: Path) -> Path:
    image.save(file, icc_profile=profile)
    return file


def test_wide_gamut_profile_is_carried_to_srgb(tmp_path: Path) -> None:
    """A profile with swapped primaries makes the difference unmistakable: what says red in it is green."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = bytearray(profile.replace("sRGB".encode("utf-16-be"), "odd ".encode("utf-16-be")))
    swapped = swapped_tags(swapped, b"rXYZ", b"gXYZ")
    file = with_profile(Image.fromarray(quarters()), bytes(swapped), tmp_path / "a.png")
    found = corners(read(file).pixels)
    assert found[0][1] > 200
    assert found[0][0] < 60
    assert found[1][0] > 180
    assert found[1][1] < 60


def swapped_tags(profile: bytearray, one: bytes, other: bytes) -> bytearray:
    """Exchange the offsets of two tags in an ICC profile's table."""
    first, second = profile.index(one), profile.index(other)
    profile[first + 4 : first + 12], profile[second + 4 : second + 12] = (
        profile[second + 4 : second + 12],
        profile[first + 4 : first + 12],
    )
    return profile


def test_broken_profile_warns_and_keeps_the_picture(tmp_path: Path) -> None:
    file = with_profile(Image.fromarray(quarters()), b"no profile at all" * 20, tmp_path / "a.png")
    photo = read(file)
    assert np.array_equal(photo.pixels, quarters())
    assert "profile" in photo.warnings[0]


def test_print_colours_without_profile_warn(tmp_path: Path) -> None:
    Image.fromarray(quarters()).convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    photo = read(tmp_path / "a.jpg")
    assert close(photo.pixels, quarters(), 24)
    assert "CMYK" in photo.warnings[0]


def purple_ink_profile() -> bytes:
    """A CMYK profile (ICC.1:2001-04, lut8Type) of a press whose cyan ink is purple, the others ideal."""
    corners_lab = []
    for c, m, y, k in np.ndindex(2, 2, 2, 2):
        lightness = 100 * (1 - 0.5 * c) * (1 - 0.5 * m) * (1 - 0.1 * y) * (1 - k)
        corners_lab.append((lightness * 2.55, 128 + 60 * c + 60 * m * (1 - c), 128 - 70 * c + 80 * y * (1 - c)))
    identity = struct.pack(">9i", *(65536 if row == column else 0 for row, column in np.ndindex(3, 3)))
    ramp = bytes(range(256))
    nodes = np.clip(np.round(corners_lab), 0, 255).astype(np.uint8).tobytes()
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity + ramp * 4 + nodes + ramp * 3
    words = b"desc" + bytes(4) + struct.pack(">I", 7) + b"purple\0" + bytes(78)
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061)
    tags, body, place = b"", b"", 128 + 4 + 12 * 4
    for name, content in ((b"desc", words), (b"wtpt", white), (b"A2B0", table), (b"A2B1", table)):
        padded = content + bytes(-len(content) % 4)
        tags += name + struct.pack(">II", place + len(body), len(content))
        body += padded
    head = struct.pack(">I", place + len(body)) + bytes(4) + bytes([2, 0x40, 0, 0]) + b"prtrCMYKLab "
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", 4) + tags + body


@pytest.mark.parametrize("suffix", ["jpg", "tiff"])
def test_print_colours_go_through_their_profile(tmp_path: Path, suffix: str) -> None:
    ink = np.zeros((96, 128, 4), np.uint8)
    ink[:, :64, 0] = 255
    file = tmp_path / f"a.{suffix}"
    Image.fromarray(ink, "CMYK").save(file, icc_profile=purple_ink_profile(), quality=100)
    photo = read(file)
    assert photo.warnings == ()
    (red, green, blue), (white, *_) = corners(photo.pixels)[:2]
    assert red > green + 40
    assert blue > green + 40
    assert white > 245


def test_sixteen_bits_keep_their_brightness(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 65535, 128).astype(np.uint16), (96, 1))
    Image.fromarray(ramp).save(tmp_path / "a.png")
    Image.fromarray(ramp).save(tmp_path / "a.tiff")
    for suffix in ("png", "tiff"):
        pixels = read(tmp_path / f"a.{suffix}").pixels
        assert np.abs(pixels.astype(int) - np.round(ramp / 257)[..., None].astype(int)).max() <= 1


def test_sixteen_bits_per_channel_keep_their_colour(tmp_path: Path) -> None:
    import cv2

    deep = quarters().astype(np.uint16) * 257
    cv2.imwrite(str(tmp_path / "a.png"), deep[:, :, ::-1])
    assert np.abs(read(tmp_path / "a.png").pixels.astype(int) - quarters()).max() <= 1


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1"])
def test_other_modes_become_three_channels(tmp_path: Path, mode: str) -> None:
    drawn = Image.fromarray(quarters())
    (drawn.quantize(8) if mode == "P" else drawn.convert(mode)).save(tmp_path / "a.png")
    pixels = read(tmp_path / "a.png").pixels
    assert pixels.shape == (96, 128, 3)
    if mode in ("P", "RGBA"):
        assert close(pixels, quarters(), 40)
    elif mode != "1":
        grey = np.asarray(Image.fromarray(quarters()).convert("L"))
        assert np.array_equal(pixels, np.repeat(grey[..., None], 3, axis=2))


def test_transparent_parts_become_white(tmp_path: Path) -> None:
    see_through = np.dstack([quarters(), np.full((96, 128), 255, np.uint8)])
    see_through[:, :64, 3] = 0
    Image.fromarray(see_through).save(tmp_path / "a.png")
    found = corners(read(tmp_path / "a.png").pixels)
    assert found[0] == found[2] == (255, 255, 255)
    assert found[1] == (40, 200, 60)


def camera_file(file: Path, taken: tuple[int, int] | None) -> Path:
    exif = Image.Exif()
    exif[0x010E] = "DOE Jane"
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    ifd = exif.get_ifd(0x8769)
    ifd[0xA405] = 85
    if taken is not None:
        ifd[0xA002], ifd[0xA003] = taken
    Image.fromarray(quarters()).save(file, exif=exif, quality=95)
    return file


@pytest.mark.parametrize(
    ("taken", "focal"), [(None, 85.0), ((128, 96), 85.0), ((96, 128), 85.0), ((4000, 3000), 85.0), ((4000, 6000), None)]
)
def test_focal_length_is_kept_unless_the_picture_was_cropped(
    tmp_path: Path, taken: tuple[int, int] | None, focal: float | None
) -> None:
    assert read(camera_file(tmp_path / "a.jpg", taken)).focal_35mm == focal


def test_a_cropped_phone_photo_forgets_its_lens() -> None:
    if not SHARED.is_dir():
        pytest.skip("../shared/data/photos is absent")
    assert read(SHARED / "glasses_front.jpg").focal_35mm is None


def test_nothing_else_of_the_metadata_is_kept(tmp_path: Path) -> None:
    photo = read(camera_file(tmp_path / "DOE_Jane_1992.jpg", None))
    kept = repr((photo.name, photo.focal_35mm, photo.warnings, photo.made_from))
    assert "DOE" not in kept
    assert "1992" not in kept


def test_small_picture_is_refused_with_its_size(tmp_path: Path) -> None:
    Image.fromarray(quarters(20, 20)).save(tmp_path / "tiny.png")
    with pytest.raises(PhotoTooSmall, match="20 × 20"):
        read(tmp_path / "tiny.png")


def test_truncated_jpeg_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    Image.fromarray(noise).save(stream, "JPEG", quality=90)
    (tmp_path / "cut.jpg").write_bytes(stream.getvalue()[: len(stream.getvalue()) // 2])
    with pytest.raises(UnreadablePhoto, match="damaged or incomplete"):
        read(tmp_path / "cut.jpg")


def test_decompression_bomb_is_refused_fast(tmp_path: Path) -> None:
    """60 000 × 60 000 pixels that would take 11 GB, announced in a hundred bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    began = time.monotonic()
    with pytest.raises(PhotoTooLarge, match="60000 × 60000"):
        read(tmp_path / "bomb.png")
    assert time.monotonic() - began < 2.0


def test_float_pictures_are_refused(tmp_path: Path) -> None:
    Image.fromarray(np.ones((80, 80), np.float32)).save(tmp_path / "a.tiff")
    with pytest.raises(UnsupportedFile, match="measured values"):
        read(tmp_path / "a.tiff")


def test_files_that_the_disk_does_not_give(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    for path, words in (
        (tmp_path / "absent.jpg", "does not exist"),
        (tmp_path, "is a folder"),
        (tmp_path / "empty.png", "is empty"),
        (tmp_path / "empty.png" / "beneath.png", "cannot be read"),
    ):
        with pytest.raises(FileNotReadable, match=words):
            read(path)


def test_folder_without_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of the file system by way of an injected refusal: root may read everything."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileNotReadable, match="may not be read by you"):
        read(tmp_path / "a.jpg")


def test_oversized_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.png").open("wb") as sparse:
        sparse.truncate(2 * 2**30)
    began = time.monotonic()
    with pytest.raises(FileTooLarge):
        read(tmp_path / "huge.png")
    assert time.monotonic() - began < 2.0


def test_other_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "letter.jpg").write_bytes(b"%PDF-1.7 and so on")
    with pytest.raises(UnsupportedFile, match="a PDF document"):
        read(tmp_path / "letter.jpg")
    (tmp_path / "noise.png").write_bytes(bytes(range(1, 90)))
    with pytest.raises(UnsupportedFile, match="not a file that can be used"):
        read(tmp_path / "noise.png")


def test_a_jpeg_of_the_largest_phones_is_halved_and_any_other_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is lowered to spare the test a picture of 200 megapixels."""
    monkeypatch.setattr(picture, "MOST_PIXELS", 256 * 192 // 3)

    def encoded(form: str) -> bytes:
        buffer = io.BytesIO()
        Image.fromarray(quarters(256, 192)).save(buffer, form)
        return buffer.getvalue()

    halved = picture.decode(encoded("JPEG"))[1]["pixels"]
    assert halved.shape == (96, 128, 3)
    assert close(halved, quarters())
    with pytest.raises(Refusal, match="too-large"):
        picture.decode(encoded("PNG"))

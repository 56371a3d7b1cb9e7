#!/usr/bin/env python3
"""Has this program decode pictures that Pillow wrote, and compares the pixels with Pillow's own.

    check_pillow.py WORK_FOLDER CLASSPATH

CLASSPATH is what scripts/test-classpath prints. Prints a line for each check; exit code 1 if one
fails, 2 for wrong usage or without Pillow and NumPy.
"""

import pathlib
import shutil
import struct
import subprocess
import sys
import zlib

try:
    import numpy as np
    from PIL import Image
except ImportError as missing:
    print(f"check_pillow.py: {missing}; install it with: pip install pillow numpy", file=sys.stderr)
    sys.exit(2)

failed = 0


def check(what, holds, detail=""):
    global failed
    failed += not holds
    print(f"{'ok    ' if holds else 'FAILED'} {what}{': ' + str(detail) if detail != '' else ''}")


def photo(width, height, seed):
    """Waves of all lengths with some noise, uint8 [height,width,3]."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    levels = np.zeros((height, width, 3))
    for _ in range(12):
        fx, fy = random.uniform(-.4, .4, 2) * random.uniform(0, 1) ** 3
        levels += random.uniform(-40, 40, 3) * np.sin(fx * x + fy * y + random.uniform(0, 7))[..., None]
    return np.clip(128 + levels + random.normal(0, 6, (height, width, 1)), 0, 255).astype(np.uint8)


def png16(path, levels):
    """A PNG of 16 bits a channel, which Pillow reads but does not write for colour."""
    height, width, channels = levels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in levels)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, {1: 0, 3: 2}[channels], 0, 0, 0)),
              (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks))


def over_white(image):
    background = Image.new("RGB", image.size, "white")
    rgba = image.convert("RGBA")
    background.paste(rgba, mask=rgba.getchannel("A"))
    return np.asarray(background)


def square(image, side):
    """The middle, scaled as training and serving do."""
    short = min(image.size)
    left, top = ((size - short) // 2 for size in image.size)
    return image.crop((left, top, left + short, top + short)).resize((side, side), Image.Resampling.BILINEAR)


class Pictures:
    def __init__(self, work):
        self.work = work
        self.jobs = []  # name, shape, what to compare with, how

    def add(self, name, shape, compare):
        self.jobs.append((name, shape, compare))
        return self.work / name

    def run(self, classpath):
        listed = self.work / "list.txt"
        listed.write_text("".join(f"{'x'.join(map(str, shape))} {name}\n" for name, shape, _ in self.jobs))
        subprocess.run(["java", "-Xmx1g", "-Djava.awt.headless=true", "-cp", classpath,
                        "org.lenet5.interop.DecodedPixels", str(listed)], check=True)
        for name, shape, compare in self.jobs:
            found = np.fromfile(self.work / f"{name}.decoded", np.uint8).reshape(shape).astype(int)
            compare(name, found, Image.open(self.work / name))


def same(expected):
    def compare(name, found, image):
        difference = np.abs(found - expected(image).reshape(found.shape)).max()
        check(f"{name}: Pillow's pixels to the last bit", difference == 0, f"at most {difference} levels apart")
    return compare


def within(levels, expected):
    def compare(name, found, image):
        difference = np.abs(found - expected(image).reshape(found.shape))
        check(f"{name}: within {levels} levels of Pillow's", difference.max() <= levels,
              f"mean {difference.mean():.3f}, at most {difference.max()}")
    return compare


def nearly(side):
    def compare(name, found, image):
        whole = rgb(square(image, side))
        difference = np.abs(found - whole)
        reduced = Image.open(image.filename)
        reduced.draft("RGB", (side, side))
        pillows = np.abs(rgb(square(reduced, side)) - whole).mean()
        check(f"{name}: reduced, no further from the picture in full than Pillow's draft", difference.mean() <= pillows,
              f"mean {difference.mean():.3f}, at most {difference.max()}; Pillow's mean {pillows:.3f}")
    return compare


def rgb(image):
    return np.asarray(image.convert("RGB")).astype(int)


def pngs(pictures):
    width, height = 61, 47
    pixels = photo(width, height, 1)
    picture = Image.fromarray(pixels)
    alpha = np.random.default_rng(2).integers(0, 256, (height, width), np.uint8)
    shape = (height, width, 3)
    picture.convert("L").save(pictures.add("grey.png", shape, same(rgb)))
    picture.convert("L").save(pictures.add("grey-as-grey.png", (height, width, 1), same(lambda image: np.asarray(image).astype(int))))
    picture.save(pictures.add("rgb.png", shape, same(rgb)))
    picture.save(pictures.add("rgb-as-grey.png", (height, width, 1), same(lambda image: np.asarray(image.convert("L")).astype(int))))
    picture.convert("1").save(pictures.add("black-and-white.png", shape, same(rgb)))
    for colours in 256, 16, 3:
        picture.quantize(colours).save(pictures.add(f"palette-{colours}.png", shape, same(rgb)))
    picture.quantize(200).save(pictures.add("palette-alpha.png", shape, same(over_white)), transparency=bytes(range(50, 250)))
    Image.fromarray(np.dstack([pixels, alpha])).save(pictures.add("rgb-alpha.png", shape, same(over_white)))
    Image.merge("LA", (picture.convert("L"), Image.fromarray(alpha))).save(pictures.add("grey-alpha.png", shape, same(over_white)))
    for kind in "RGB", "L":
        picture.convert(kind).save(pictures.add(f"interlaced-{kind}.png", shape, same(rgb)))
    Image.fromarray(np.dstack([pixels, alpha])).save(pictures.add("interlaced-alpha.png", shape, same(over_white)))
    # 16 bits: of colour the nearest of 8, where Pillow takes the first 8; of grey these.
    many = np.random.default_rng(3).integers(0, 65536, (height, width, 3))
    nearest = (many / 257 + .5).astype(int)
    png16(pictures.add("rgb-16.png", shape, same(lambda image: nearest)), many)
    png16(pictures.add("rgb-16-pillow.png", shape, within(1, rgb)), many)
    png16(pictures.add("grey-16.png", (height, width, 1), same(lambda image: many[..., :1] >> 8)), many[..., :1])


def jpegs(pictures):
    width, height = 150, 113
    picture = Image.fromarray(photo(width, height, 4))
    for name, flags in {"444": {"subsampling": 0}, "422": {"subsampling": 1}, "420": {"subsampling": 2},
                        "420-progressive": {"subsampling": 2, "progressive": True}, "444-progressive": {"subsampling": 0, "progressive": True},
                        "420-optimized": {"optimize": True}, "420-restart": {"restart_marker_blocks": 3}}.items():
        for quality in 50, 92:
            path = pictures.add(f"{name}-{quality}.jpg", (height, width, 3), within(2, rgb))
            picture.save(path, quality=quality, **flags)
    for progressive in False, True:
        path = pictures.add(f"grey{'-progressive' if progressive else ''}.jpg", (height, width, 3), within(2, rgb))
        picture.convert("L").save(path, quality=85, progressive=progressive)


def scaled(pictures):
    for number, (width, height, side) in enumerate([(500, 375, 32), (64, 200, 64), (33, 31, 32), (20, 24, 32), (700, 701, 96)]):
        picture = Image.fromarray(photo(width, height, 10 + number))
        name = f"{width}x{height}-to-{side}"
        picture.save(pictures.add(f"{name}.png", (side, side, 3), same(lambda image, side=side: rgb(square(image, side)))))
        picture.save(pictures.add(f"{name}-as-grey.png", (side, side, 1), same(
            lambda image, side=side: np.asarray(square(image, side).convert("L")).astype(int))))
    for number, (width, height, side) in enumerate([(500, 375, 32), (500, 375, 64), (500, 375, 128), (2000, 1500, 32), (256, 256, 32)]):
        picture = Image.fromarray(photo(width, height, 20 + number))
        for progressive in False, True:
            name = f"{width}x{height}-to-{side}{'-progressive' if progressive else ''}.jpg"
            path = pictures.add(name, (side, side, 3), nearly(side))
            picture.save(path, quality=88, progressive=progressive)


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    work = pathlib.Path(sys.argv[1])
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    pictures = Pictures(work)
    pngs(pictures)
    jpegs(pictures)
    scaled(pictures)
    pictures.run(sys.argv[2])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

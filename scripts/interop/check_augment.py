#!/usr/bin/env python3
"""Compares the changes of --augment trivial, at every strength, with Pillow's, as torchvision's
TrivialAugmentWide calls it on pictures.

    check_augment.py WORK_FOLDER CLASSPATH [GOLDEN]

CLASSPATH is what scripts/test-classpath prints. GOLDEN is written anew, for TrivialAugmentTest: the CRC-32
of what Pillow makes of its image. Prints a line for each change; exit code 1 if a level differs, 2 for
wrong usage or without Pillow and NumPy. Nothing may differ: moves take the nearest pixel, and all
other changes round as Pillow does.
"""

import math
import pathlib
import subprocess
import sys
import zlib

try:
    import numpy as np
    from PIL import Image, ImageEnhance, ImageOps
except ImportError as missing:
    print(f"check_augment.py: {missing}; install it with: pip install pillow numpy", file=sys.stderr)
    sys.exit(2)

STRENGTHS = 31


def affine(image, matrix):
    return image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.NEAREST)


def enhance(kind):
    return lambda image, magnitude: kind(image).enhance(1 + magnitude)


# Greatest magnitude, whether it may be negative, and what Pillow does.
CHANGES = {
    "IDENTITY": (0, False, lambda image, m: image),
    "SHEAR_X": (0.99, True, lambda image, m: affine(image, (1, m, 0, 0, 1, 0))),
    "SHEAR_Y": (0.99, True, lambda image, m: affine(image, (1, 0, 0, m, 1, 0))),
    "TRANSLATE_X": (32, True, lambda image, m: affine(image, (1, 0, -int(m), 0, 1, 0))),
    "TRANSLATE_Y": (32, True, lambda image, m: affine(image, (1, 0, 0, 0, 1, -int(m)))),
    "ROTATE": (135, True, lambda image, m: image.rotate(m)),
    "BRIGHTNESS": (0.99, True, enhance(ImageEnhance.Brightness)),
    "COLOR": (0.99, True, enhance(ImageEnhance.Color)),
    "CONTRAST": (0.99, True, enhance(ImageEnhance.Contrast)),
    "SHARPNESS": (0.99, True, enhance(ImageEnhance.Sharpness)),
    "POSTERIZE": (6, False, lambda image, m: ImageOps.posterize(image, 8 - round(m))),
    "SOLARIZE": (255, False, lambda image, m: ImageOps.solarize(image, 255 - m)),
    "AUTO_CONTRAST": (0, False, lambda image, m: ImageOps.autocontrast(image)),
    "EQUALIZE": (0, False, lambda image, m: ImageOps.equalize(image)),
}


def pattern(height, width, channels):
    """Slopes and edges of all kinds, as TrivialAugmentTest has it."""
    y, x, channel = np.indices((height, width, channels))
    return ((x * 5 + y * 3 + channel * 40 + (x * y) % 31 * (channel + 2)) % 230 + 10).astype(np.uint8)


def photo(height, width, channels):
    random = np.random.default_rng(7)
    return random.integers(0, 256, (height, width, channels)).astype(np.uint8)


def pillows(pixels, strength, negative, greatest, signed, change):
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    magnitude = greatest * strength / (STRENGTHS - 1)
    return np.asarray(change(image, -magnitude if signed and negative else magnitude)).reshape(pixels.shape)


def main():
    if len(sys.argv) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    work = pathlib.Path(sys.argv[1])
    work.mkdir(parents=True, exist_ok=True)
    failed = 0
    golden = []
    for maker in pattern, photo:
        for shape in (32, 32, 3), (24, 37, 3), (33, 16, 1), (256, 200, 3):
            pixels = maker(*shape)
            (work / "in").write_bytes(pixels.tobytes())
            subprocess.run(["java", "-Xmx1g", "-cp", sys.argv[2], "org.lenet5.data.augment.TrivialPixels",
                            *map(str, shape), str(work / "in"), str(work / "out")], check=True)
            found = np.fromfile(work / "out", np.uint8).reshape(len(CHANGES), STRENGTHS, 2, *shape)
            for number, (name, entry) in enumerate(CHANGES.items()):
                wrong = 0
                for strength in range(STRENGTHS):
                    for negative in 0, 1:
                        expected = pillows(pixels, strength, negative, *entry)
                        wrong += int(np.count_nonzero(expected != found[number, strength, negative]))
                        if maker is pattern and shape[0] < 200 and strength in (4, 17, 30):
                            golden.append(f"{'x'.join(map(str, shape))},{name},{strength},{negative},{zlib.crc32(expected.tobytes()):08x}")
                failed += wrong > 0
                print(f"{'ok    ' if not wrong else 'FAILED'} {maker.__name__} {shape}, {name}: Pillow's levels to the last bit"
                      f"{'' if not wrong else f': {wrong} of {found[number].size} differ'}")
    if len(sys.argv) == 4:
        pathlib.Path(sys.argv[3]).write_text("shape,change,strength,negative,crc32\n" + "".join(line + "\n" for line in golden))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

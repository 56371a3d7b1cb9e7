#!/usr/bin/env python3
"""Makes the images here that Java cannot write: make.py, in this folder, with Pillow 12, WebP's and libjpeg-turbo's tools.

Those of 32 x 32 show the picture of Photos.picture(): 4 x 4 blocks of 8 x 8 pixels in one colour each.
"""
import math
import pathlib
import random
import subprocess

from PIL import Image

picture = Image.new("RGB", (32, 32))
for y in range(32):
    for x in range(32):
        column, row = x // 8, y // 8
        picture.putpixel((x, y), (60 * column + 20, 60 * row + 20, 200 - 30 * column - 10 * row))

# The colours that a plain (device) CMYK of them means.
cmyk = picture.convert("CMYK")
cmyk.save("cmyk.jpg", quality=95, subsampling=0)
cmyk.save("cmyk.tif", compression="tiff_lzw")
picture.save("lossless.webp", lossless=True)
picture.save("lossy.webp", quality=95)
transparent = picture.convert("RGBA")
transparent.paste((0, 0, 0, 0), (0, 16, 32, 32))
transparent.save("alpha.webp", lossless=True, exact=True)
picture.transpose(Image.Transpose.ROTATE_90).save("turned.webp", lossless=True, exif=b"Exif\0\0" + bytes.fromhex(
    "4d4d002a00000008000101120003000000010006000000000000"))
picture.convert("YCbCr").save("ycbcr.tif", compression="jpeg", quality=95)
picture.save("deflate.tif", compression="tiff_adobe_deflate")
picture.convert("L").save("progressive-grey.jpg", quality=95, progressive=True)
frames = [picture, Image.new("RGB", (32, 32), "red")]
frames[0].save("animated.webp", save_all=True, append_images=frames[1:], lossless=True)

# In the middle of what is cropped: a PNG with a transparent colour, lossy WebP that is mostly one colour.
wide = Image.new("RGB", (60, 32), (100, 150, 200))
wide.paste(picture, (14, 0))
wide.save("transparent-colour.png", transparency=(20, 20, 200))
wide.save("flat.webp", quality=90, method=0)

# WebP of every kind, odd in size, beside what dwebp -nofancy makes of it.

dice = random.Random(7)
width, height = 37, 29
smooth = Image.new("RGBA", (width, height))
for y in range(height):
    for x in range(width):
        wave = [math.sin(x / (5 + c) + y / (9 - c)) for c in range(4)]
        smooth.putpixel((x, y), tuple(int(110 + 100 * each + dice.randrange(20)) for each in wave))
few = smooth.convert("RGB").quantize(11).convert("RGBA")
for name, drawn, options in [
        ("alpha-plain", smooth, "-alpha_method 0 -q 80"),
        ("alpha-plain-filtered", smooth, "-alpha_method 0 -alpha_filter best -q 80"),
        ("alpha-filtered", smooth, "-alpha_method 1 -alpha_filter best -q 80"),
        ("alpha-few-levels", smooth, "-alpha_q 30 -q 60"),
        ("segments", smooth.convert("RGB"), "-m 3 -q 49 -segments 4 -f 60 -sharpness 3 -strong"),
        ("colours", smooth, "-lossless -z 9 -exact"),
        ("palette", few, "-lossless -z 9")]:
    drawn.save("drawn.png")
    subprocess.run(["cwebp", "-quiet", *options.split(), "drawn.png", "-o", f"odd-{name}.webp"], check=True)
    subprocess.run(["dwebp", "-quiet", "-nofancy", f"odd-{name}.webp", "-o", f"odd-{name}.png"], check=True)
pathlib.Path("drawn.png").unlink()

# A blank page of a fax: 1 MB of pixels in 1 KB.
Image.new("1", (2480, 3508), 1).save("blank.tif", compression="group4")

# JPEGs of every usual kind, of 90 x 70 pixels, by libjpeg-turbo's cjpeg: waves in three colours.
waves = Image.new("RGB", (90, 70))
for y in range(70):
    for x in range(90):
        waves.putpixel((x, y), tuple(int(128 + 110 * math.sin(x / a) * math.cos(y / b)) for a, b in ((9, 14), (17, 8), (12, 25))))
waves.save("waves.ppm")
waves.convert("L").save("waves.pgm")
pathlib.Path("scans.txt").write_text("0;\n2;\n1;\n")
kinds = {"444": ["-sample", "1x1"], "422-restart": ["-sample", "2x1", "-restart", "2B"], "420-progressive": ["-progressive"],
         "411": ["-sample", "4x1"], "440-progressive-restart": ["-sample", "1x2", "-progressive", "-restart", "3B"],
         "420-scans": ["-scans", "scans.txt"], "rgb": ["-rgb"], "arithmetic": ["-arithmetic"]}
for kind, flags in kinds.items():
    subprocess.run(["cjpeg", "-quality", "85", *flags, "-outfile", f"waves-{kind}.jpg", "waves.ppm"], check=True)
subprocess.run(["cjpeg", "-quality", "85", "-sample", "2x2", "-outfile", "waves-grey.jpg", "waves.pgm"], check=True)
for name in "waves.ppm", "waves.pgm", "scans.txt":
    pathlib.Path(name).unlink()

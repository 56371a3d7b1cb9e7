"""Pictures for tests and measurements, written with Python alone."""
import struct, zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "src/toolkit/main/resources/org/lenet5/data/sample"
RECORD = 3073  # a label and 32x32 pixels, as CIFAR-10 has them
A_FOLDER = 1000


def png(pixels):
    """32x32 pixels, red, green and blue planes, as a PNG."""
    red, green, blue = pixels[:1024], pixels[1024:2048], pixels[2048:]
    rows = bytearray()
    for y in range(0, 1024, 32):
        row = bytearray(97)  # filter 0, then the pixels
        row[1::3], row[2::3], row[3::3] = red[y:y + 32], green[y:y + 32], blue[y:y + 32]
        rows += row
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(rows), 1)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)


def records(files):
    """The pixels of each record of CIFAR-10's files, in their order."""
    for file in files:
        data = Path(file).read_bytes()
        for begin in range(0, len(data), RECORD):
            yield data[begin + 1:begin + RECORD]


def write(files, folder, count):
    """Writes so many PNGs with names of their own, a thousand a folder; the records again and again if there are fewer."""
    done = 0
    while done < count:
        for pixels in records(files):
            if done % A_FOLDER == 0:
                below = folder / f"{done // A_FOLDER:03}"
                below.mkdir(parents=True)
            (below / f"{done:06}.png").write_bytes(png(pixels))
            done += 1
            if done == count:
                break

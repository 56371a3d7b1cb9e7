#!/usr/bin/env python3
"""Serves a run and asks it with clients that nobody here wrote.

    check_serve.py LENET5 RUN_FOLDER RECORDS WORK_FOLDER [PART...]

LENET5 is scripts/lenet5, RUN_FOLDER a run of lenet5 with a SavedModel, RECORDS a file of CIFAR-10's
records; WORK_FOLDER is made anew. Each client must answer the first 100 images as `lenet5 classify`
does, within 1e-6. Parts: curl, requests, grpc, grpc-js, page (default: all); page looks at the page for
people in Chromium. Prints a line for each check; exit code 1 if one fails, 2 for wrong usage. What is
not installed is named and passed over, where the environment variable CI is set it is a failure.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent / "serve"
IMAGES = 100
MODEL = "served"
PARTS = ["curl", "requests", "grpc", "grpc-js", "page"]
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
sys.path.insert(0, str(HERE))

failed = 0


def check(what, good, found=""):
    global failed
    failed += not good
    print(f"{'ok    ' if good else 'FAILED'} {what}" + (f": {found}" if found else ""), flush=True)


def compare(what, answers, expected):
    labels = [label for _, label in answers] == [label for _, label in expected]
    # Of 0 and 1 images it would say that they agree.
    if len(answers) != IMAGES or any(len(got) != len(want) for (got, _), (want, _) in zip(answers, expected)):
        check(what, False, f"{len(answers)} answers of {len(answers[0][0]) if answers else 0} probabilities")
        return
    most = max(abs(a - b) for (got, _), (want, _) in zip(answers, expected) for a, b in zip(got, want))
    check(what, labels and most <= 1e-6, f"largest difference {most:.1e}" + ("" if labels else ", another label"))


def pictures(records, folder):
    """Writes the first images as PNGs; returns the files, and the images as an array."""
    import numpy as np
    from PIL import Image
    data = np.frombuffer(records.read_bytes()[:IMAGES * 3073], np.uint8).reshape(IMAGES, 3073)
    images = np.ascontiguousarray(data[:, 1:].reshape(IMAGES, 3, 32, 32).transpose(0, 2, 3, 1))
    folder.mkdir(parents=True)
    files = [folder / f"{i:02}.png" for i in range(IMAGES)]
    for file, image in zip(files, images):
        Image.fromarray(image).save(file)
    return files, images


def classified(lenet5, run, files, classes):
    """The answers of the command `classify`."""
    out = subprocess.run([lenet5, "classify", "--model", run, "--format", "json", "--top", str(len(classes)), *files],
                         check=True, stdout=subprocess.PIPE, text=True).stdout
    found = []
    for each in map(json.loads, out.splitlines()):
        shares = {top["label"]: top["probability"] for top in each["top"]}
        found.append(([shares[name] for name in classes], each["label"]))
    assert len(found) == IMAGES, f"{len(found)} answers of classify"
    return found


def lacking(command):
    return f"{command} is not installed" if shutil.which(command) is None else None


def browser():
    return next((found for found in map(shutil.which, BROWSERS) if found), None)


def missing(part):
    """What this part needs and is not there, or None."""
    if part == "curl":
        return lacking("curl")
    module = {"requests": "requests", "grpc": "grpc_tools"}.get(part)
    if module:
        found = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True)
        return f"{sys.executable} has no {module}: pip install requests grpcio grpcio-tools" if found.returncode else None
    return lacking("node") or lacking("npm") or (None if part != "page" or browser() else f"no browser is installed: {', '.join(BROWSERS)}")


def messages(url, work):
    """The .proto files that the server serves, in a folder; and the folder of the health service's."""
    folder = work / "protos"
    if not folder.exists():
        names = fetched(f"{url}/protos").split()
        assert "inference.proto" in names and "tensorflow_serving/apis/prediction_service.proto" in names, names
        for name in names:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(fetched(f"{url}/protos/{name}"))
    return [folder, HERE]


def fetched(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode()


def npm(work):
    """Installs the packages, in the versions of package-lock.json, once."""
    folder = work / "npm"
    if not folder.exists():
        shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder


def ask(part, url, files, images, classes, work, expected):
    if part == "page":
        look(url, files, work)
        return
    try:
        for name, answers in answers_of(part, url, files, images, classes, work):
            compare(name, answers, expected)
    except Exception as broken:  # whatever a client throws: the others are asked all the same
        check(part, False, repr(broken))


def answers_of(part, url, files, images, classes, work):
    """Yields the name of each way to ask, and its answers."""
    address, model = url.removeprefix("http://"), MODEL
    if part == "curl":
        from rest import by_curl
        yield from by_curl(url, model, classes, files, images)
    elif part == "requests":
        from rest import by_requests
        yield from by_requests(url, model, files, images)
    elif part == "grpc":
        from python_grpc import by_grpc
        yield from by_grpc(address, model, images, messages(url, work), work / "stubs")
    elif part == "grpc-js":
        raw = work / "images.bin"
        raw.write_bytes(images.tobytes())
        out = subprocess.run(["node", "clients.mjs", address, ":".join(map(str, messages(url, work))), raw, model],
                             cwd=npm(work), check=True, stdout=subprocess.PIPE, text=True).stdout
        for line in out.splitlines():
            found = json.loads(line)
            yield found["name"], found["answers"]


def look(url, files, work):
    """The page in a browser: each line that page.mjs prints is a check."""
    done = subprocess.run(["node", "page.mjs", url, browser(), files[0], work / "page"],
                          cwd=npm(work), stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        good, what, found = json.loads(line)
        check(f"page: {what}", good, found)
    check("page: looked at to the end", done.returncode == 0)


def serve(lenet5, run, model):
    server = subprocess.Popen([lenet5, "serve", f"{model}={run}", "--port", "0"], stdout=subprocess.PIPE, text=True)
    line = server.stdout.readline()
    found = re.search(r" at (http://\S+)", line)
    if not found:
        server.kill()
        raise SystemExit(f"error: the server did not start: {line.strip()}")
    return server, found.group(1)


def main():
    if len(sys.argv) < 5 or set(sys.argv[5:]) - set(PARTS):
        print(__doc__, file=sys.stderr)
        return 2
    lenet5, run, records, work = sys.argv[1], *map(Path, sys.argv[2:5])
    run, work = run.resolve(), work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    files, images = pictures(records, work / "pictures")
    classes = (run / "saved_model/1/assets.extra/labels.txt").read_text().splitlines()
    expected = classified(lenet5, run, files, classes)
    server, url = serve(lenet5, run, MODEL)
    try:
        for part in sys.argv[5:] or PARTS:
            lacks = missing(part)
            if lacks and os.environ.get("CI"):
                check(part, False, lacks)
            elif lacks:
                print(f"passed over: {part}: {lacks}", file=sys.stderr)
            else:
                ask(part, url, files, images, classes, work, expected)
    finally:
        server.terminate()
        code = server.wait(timeout=60)
    check("the server's exit code after SIGTERM", code == 0, str(code))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

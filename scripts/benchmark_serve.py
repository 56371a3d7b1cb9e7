"""The part `serve` of scripts/benchmark: the server side by side with a FastAPI one, under load by wrk and h2load."""
import json, re, shutil, socket, statistics, subprocess, time, urllib.request
from contextlib import contextmanager
from pathlib import Path

# What is sent, to which of our paths and of theirs; a header of ours; the goal for the ratio.
KINDS = {
    "one image as JSON": ("json", "/v1/models/lenet5:predict", "/v1/models/lenet5:predict", 8),
    "encoded PNG": ("png", "/classify", "/classify", 4),
    "one image as binary tensor, against its JSON": ("binary", "/v2/models/lenet5/infer", None, 12),
    "32 images as JSON": ("batch", "/v1/models/lenet5:predict", "/v1/models/lenet5:predict", 20),
}
CONNECTIONS = [8, 64]
SECONDS = 4
STEADY_SECONDS = 12
STEADY_CONNECTIONS = 64
WARM_UP_SECONDS = 20  # until Java's compiler is done: until then a server answers a quarter to a half as fast
MOST_REQUESTS = 8


class Missing(Exception):
    """Something that the measurement needs is not installed."""


def bodies(image, png):
    """What is sent: files' contents and a header for each. The image is of 32x32x3 bytes."""
    rows = [[[image[(y * 32 + x) * 3 + c] for c in range(3)] for x in range(32)] for y in range(32)]
    head = json.dumps({"inputs": [{"name": "images", "shape": [1, 32, 32, 3], "datatype": "UINT8",
                                   "parameters": {"binary_data_size": len(image)}}],
                       "parameters": {"binary_data_output": True}}).encode()
    return {
        "json": (json.dumps({"instances": [rows]}).encode(), {"Content-Type": "application/json"}),
        "batch": (json.dumps({"instances": [rows] * 32}).encode(), {"Content-Type": "application/json"}),
        "png": (png, {"Content-Type": "image/png"}),
        "binary": (head + image, {"Content-Type": "application/octet-stream", "Inference-Header-Content-Length": str(len(head))}),
    }


def script(folder, name, body, headers):
    """A script of wrk's that sends a body, each byte written as its number."""
    lines = ['wrk.method = "POST"', "wrk.body = \"" + "".join(f"\\{each:03d}" for each in body) + '"']
    lines += [f'wrk.headers["{key}"] = "{value}"' for key, value in headers.items()]
    (folder / f"{name}.lua").write_text("\n".join(lines) + "\n")
    (folder / f"{name}.body").write_bytes(body)


def rate(url, lua, connections, seconds, are_refused=False):
    """Answers a second, by wrk; every one must be right, or a refusal if that is what is measured."""
    for _ in range(3):  # a machine that stood still for a while has answered nothing
        found = rate_once(url, lua, connections, seconds, are_refused)
        if found:
            return found
    raise RuntimeError(f"{url}: no answer within {seconds} s, three times")


def rate_once(url, lua, connections, seconds, are_refused):
    out = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", lua, url],
                         capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: .*", out)
    if bad and not (are_refused and bad.group(1)):
        raise RuntimeError(f"{url}: {bad.group(0)}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))


def steady(url, body, headers, connections, per_second, seconds, folder):
    """Seconds that each answer took at a rate, by status, without those of the first and last two seconds; and how many were sent a second.

    By h2load, whose connections begin one after the other: those of hey all send at the same moment, and it
    takes more of the processor than the server, so that it cannot send so many."""
    log = folder / "h2load.log"
    log.unlink(missing_ok=True)
    each = per_second / connections
    subprocess.run(["h2load", "--h1", "-t", "1", "-c", str(connections), "-n", str(int(each * seconds) * connections), "--rps", f"{each:.3f}", "-r", "1",
                    "--rate-period", "7ms", "--log-file", log, "-d", body, *(part for key, value in headers.items() for part in ("-H", f"{key}: {value}")), url],
                   capture_output=True, check=True)
    rows = [tuple(map(int, line.split("\t")[:3])) for line in log.read_text().splitlines()]
    begin, end = min(row[0] for row in rows) + 2e6, max(row[0] for row in rows) - 2e6
    found = {}
    for sent, status, micros in rows:
        if begin < sent < end:
            found.setdefault(status, []).append(micros / 1e6)
    return found, sum(map(len, found.values())) / (end - begin) * 1e6


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


@contextmanager
def running(command, folder, address, **more):
    """A server, until the block ends. `address` finds it out from the first line, or is it."""
    process = subprocess.Popen([str(each) for each in command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **more)
    try:
        url = address if isinstance(address, str) else address(process.stdout.readline())
        yield process, url
    finally:
        process.terminate()
        process.wait(timeout=60)


def ours(lenet5, model, root, *flags):
    return running([lenet5, "serve", f"lenet5={model}", "--port", "0", *flags], root, lambda line: re.search(r"http://\S+", line).group(0))


def theirs(python, peers):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [python, "-m", "uvicorn", "serve_fastapi:app", "--port", port, "--log-level", "error"]
    return running(command, peers, f"http://127.0.0.1:{port}")


def wait(url, body, headers):
    """Until it answers."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
                answer.read()
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


def settle(process):
    """Until a server does nothing more: of requests whose sender is gone, some still wait, and would slow down what is measured next."""
    def ticks():
        return sum(map(int, Path(f"/proc/{process.pid}/stat").read_text().rsplit(")")[-1].split()[11:13]))

    before = -100
    while ticks() - before > 3:  # hundredths of a second
        before = ticks()
        time.sleep(0.3)


def lacking(python, peers):
    """Why the peer cannot be measured, or None."""
    if not (peers and (Path(peers) / "serve_fastapi.py").is_file()):
        return "no serve_fastapi.py in --peers"
    if subprocess.run([python, "-c", "import torch, fastapi, uvicorn, PIL"], capture_output=True).returncode:
        return f"{python} lacks torch, fastapi, uvicorn or pillow"
    return None


def measure(lenet5, root, model, image, png, python, peers, rounds, folder, resident, log):
    """Returns the rows of every single measurement, and the figures under load."""
    for tool, package in ("wrk", "wrk"), ("h2load", "nghttp2-client"):
        if not shutil.which(tool):
            raise Missing(f"{tool} is not installed (Debian's package {package})")
    sent = bodies(image, png)
    folder.mkdir(parents=True, exist_ok=True)
    for name, (body, headers) in sent.items():
        script(folder, name, body, headers)
    rows = []
    peer = None if lacking(python, peers) else theirs(python, peers)
    with ours(lenet5, model, root) as (our_process, url):
        with peer or running(["sleep", "infinity"], root, "") as (their_process, other):
            for what, (name, path, their_path, _) in KINDS.items():
                wait(url + path, *sent[name])
                if peer and their_path:
                    wait(other + their_path, *sent[name])
                for address in [url + path] + ([other + their_path] if peer and their_path else []):
                    rate(address, folder / f"{name}.lua", CONNECTIONS[0], WARM_UP_SECONDS)
            for round_ in range(rounds + 1):  # the first is warm-up, too
                for what, (name, path, their_path, _) in KINDS.items():
                    for connections in CONNECTIONS:
                        turns = [("this program", url + path)] + ([("FastAPI", other + their_path)] if peer and their_path else [])
                        for who, address in turns:
                            settle(our_process)
                            settle(their_process)
                            found = rate(address, folder / f"{name}.lua", connections, SECONDS)
                            if round_:
                                rows.append((round_, what, connections, who, round(found, 1)))
                                log(f"round {round_}: {what}, {connections} connections: {who}: {found:,.0f} a second")
    return rows, under_load(lenet5, root, model, sent, rows, rounds, folder, resident, log)


def lone(lenet5, root, model, image, rounds, folder):
    """Microseconds of a request that is alone, from a connection that stays: of an image as binary tensor, of the same body for a
    model that there is not, and of a request without a body that computes nothing."""
    body, headers = bodies(image, b"")["binary"]
    folder.mkdir(parents=True, exist_ok=True)
    script(folder, "binary", body, headers)
    (folder / "live.lua").write_text('wrk.method = "GET"\n')
    rows = []
    with ours(lenet5, model, root) as (_, url):
        kinds = [("/v2/models/lenet5/infer", "binary", False), ("/v2/models/nobody/infer", "binary", True), ("/v2/health/live", "live", False)]
        wait(url + kinds[0][0], body, headers)
        for path, lua, are_refused in kinds:
            rate(url + path, folder / f"{lua}.lua", 1, WARM_UP_SECONDS, are_refused)
        for _ in range(rounds):
            rows.append([1e6 / rate(url + path, folder / f"{lua}.lua", 1, SECONDS, are_refused) for path, lua, are_refused in kinds])
    return rows


def under_load(lenet5, root, model, sent, rows, rounds, folder, resident, log):
    """Half of the highest rate, then twice of it, in turn, one image as JSON; so few requests at a time that the accepted ones are quick."""
    what = next(iter(KINDS))
    name, path, _, _ = KINDS[what]
    highest = statistics.median(row[4] for row in rows if row[1] == what and row[2] == 8 and row[3] == "this program")
    found = []
    with ours(lenet5, model, root, "--max-requests", MOST_REQUESTS) as (process, url):
        wait(url + path, *sent[name])

        def send(per_second):
            return steady(url + path, folder / f"{name}.body", sent[name][1], STEADY_CONNECTIONS, per_second, STEADY_SECONDS, folder)

        for _ in range(2):  # until Java's compiler is done
            send(2 * highest)
        before = resident(process.pid)
        for _ in range(rounds):
            (half, half_sent), (twice, twice_sent) = send(highest / 2), send(2 * highest)
            found.append({"highest": highest, "before": before, "after": resident(process.pid)})
            for which, statuses, per_second in ("half", half, half_sent), ("twice", twice, twice_sent):
                ok = statuses.get(200, [])
                found[-1] |= {f"{which}_per_s": per_second, f"{which}_answered": len(ok), f"{which}_refused": len(statuses.get(429, [])),
                              f"{which}_other": sum(len(v) for k, v in statuses.items() if k not in (200, 429)),
                              f"{which}_median_ms": 1000 * statistics.median(ok), f"{which}_p99_ms": 1000 * percentile(ok, .99)}
            log("; ".join(f"{which}: {found[-1][which + '_per_s']:,.0f} a second, median {found[-1][which + '_median_ms']:.2f} ms, "
                          f"p99 {found[-1][which + '_p99_ms']:.2f} ms, {found[-1][which + '_refused']:,} refused" for which in ("half", "twice")))
    return found


def table(rows, load, spread, rounds, why_not):
    lines = ["## Serving", "", f"Answers a second by `wrk` with one thread, {SECONDS} s each, {rounds} rounds in turn after {WARM_UP_SECONDS} s of each, median (lowest–highest); FastAPI and uvicorn",
             "with one worker in front of PyTorch with one thread. Load, servers and everything else share the machine.", "",
             "| request | connections | this program | FastAPI | × | goal |", "|---|---|---|---|---|---|"]
    base = next(iter(KINDS))
    for what, (_, _, their_path, goal) in KINDS.items():
        for connections in CONNECTIONS:
            mine = [row[4] for row in rows if row[1:4] == (what, connections, "this program")]
            peer = [row[4] for row in rows if row[1:4] == (what if their_path else base, connections, "FastAPI")]
            ratio = spread([a / b for a, b in zip(mine, peer)], 1) if peer else ""
            lines.append(f"| {what} | {connections} | {spread(mine, 0)} | {spread(peer, 0) if peer else ''} | {ratio} | {goal} |")
    ratio = spread([each["twice_p99_ms"] / each["half_p99_ms"] for each in load])
    steepness = spread([each["half_p99_ms"] / each["half_median_ms"] for each in load], 1)
    lines += ["", f"Under load by `h2load`, {STEADY_CONNECTIONS} connections that begin one after the other, `--max-requests {MOST_REQUESTS}`, one image as JSON, highest rate "
              f"{load[0]['highest']:,.0f} a second, {rounds} rounds in turn, {STEADY_SECONDS - 4} s each:", "",
              "| | sent a second | answered | refused | other | median ms | 99th percentile ms |", "|---|---|---|---|---|---|---|"]
    for which in "half", "twice":
        lines.append(f"| {which} of it | " + " | ".join(spread([each[f"{which}_{key}"] for each in load], digits) for key, digits in
                                                       (("per_s", 0), ("answered", 0), ("refused", 0), ("other", 0), ("median_ms", 2), ("p99_ms", 2))) + " |")
    lines += ["", f"At half of it the 99th percentile is {steepness} times the median (goal 5); at twice of it that of the accepted ones is {ratio} times the one at half (goal 2). "
              f"Resident memory went from {load[0]['before']:.0f} to {load[-1]['after']:.0f} MiB."]
    if why_not:
        lines += ["", f"FastAPI was not measured: {why_not}."]
    return lines

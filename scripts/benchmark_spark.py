"""The Spark part of scripts/benchmark: the job against scripts/lenet5 classify, one executor against two,
rows of pixels against the classifier's own batches."""
import json, os, shutil, statistics, subprocess, tempfile, time
from pathlib import Path

import pictures
from spark_cluster import OPTIONS, ROOT, Cluster

LENET5 = ROOT / "scripts" / "lenet5"
PICTURES = 100_000
COPIES = 4  # of them for executors
PIXEL_ROWS = 1_000_000
VERSION = "4.2.0"
THREADS = 2


def seconds(command):
    begin = time.perf_counter()
    done = subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with exit code {done.returncode}: {done.stderr.strip()[-500:]}")
    return time.perf_counter() - begin


def classify(model, source):
    return seconds([LENET5, "classify", "--model", model, "--format", "csv", source])


def job(model, source, out):
    shutil.rmtree(out, ignore_errors=True)
    return seconds([LENET5, "spark", "classify", "--model", model, "--input", source, "--output", out, "--format", "csv", "--threads", THREADS])


def against_classify(model, photos, folder, rounds, log):
    """Seconds of classify and of the job for the same files, their starts aside."""
    one = next(photos.rglob("*.png"))
    rows = []
    for round_ in range(rounds + 1):  # the first fills the disk's cache
        start = classify(model, one)
        alone = classify(model, photos) - start
        begun = job(model, one, folder / "one")
        spark = job(model, photos, folder / "all") - begun
        log(f"round {round_}: classify {alone:.1f} s (its start {start:.1f}), Spark {spark:.1f} s (its start {begun:.1f})")
        if round_:
            rows.append((round_, alone, start, spark, begun))
    return rows


def images_per_second(events):
    """Of the executors together, from when each has ended its first task, in which it loads the model, to the last task's end."""
    tasks = []
    for file in sorted(each for each in events.rglob("events_*") if each.is_file()):
        with open(file) as lines:
            for line in lines:
                event = json.loads(line)
                if event["Event"] == "SparkListenerTaskEnd" and event["Task Metrics"]["Output Metrics"]["Records Written"]:
                    info = event["Task Info"]
                    tasks.append((info["Executor ID"], info["Finish Time"], event["Task Metrics"]["Output Metrics"]["Records Written"]))
    begin = max(min(end for who, end, _ in tasks if who == each) for each in {task[0] for task in tasks})
    return 1000 * sum(images for _, end, images in tasks if end > begin) / (max(end for _, end, _ in tasks) - begin)


def executors(model, photos, folder, rounds, log):
    """Images a second on one executor of a core and on two."""
    rows = []
    for round_ in range(rounds):
        found = []
        for count in 1, 2:
            events = Path(tempfile.mkdtemp(dir=folder))
            with Cluster(VERSION, workers=count, bound=True) as cluster:
                (events / "log").mkdir()
                process = cluster.submit("benchmark", "--model", model, "--input", photos, "--output", events / "out",
                                         conf={"spark.eventLog.enabled": "true", "spark.eventLog.compress": "false",
                                               "spark.eventLog.dir": (events / "log").as_uri(),
                                               # All have come before the first task goes out.
                                               "spark.scheduler.minRegisteredResourcesRatio": "1.0", "spark.cores.max": str(count)})
                if process.wait():
                    raise RuntimeError(f"the job on {count} executors ended with exit code {process.returncode}: {cluster.error('benchmark')}")
            found.append(images_per_second(events / "log"))
            shutil.rmtree(events)
        log(f"round {round_ + 1}: one executor {found[0]:,.0f} images/s, two {found[1]:,.0f}")
        rows.append((round_ + 1, *found))
    return rows


def class_path():
    file = ROOT / "src/spark/target/test-classpath"
    subprocess.run(["mvn", "-q", "-B", "-Dstyle.color=never", "-Djacoco.skip", "-Dspotless.check.skip", "-pl", "src/spark", "-am", "test-compile",
                    "dependency:build-classpath", f"-Dmdep.outputFile={file}", "-Dmdep.includeScope=test"], cwd=ROOT, check=True)
    entries = [each for each in file.read_text().split(os.pathsep) if "log4j-slf4j2-impl" not in each]
    return os.pathsep.join([str(ROOT / "src/spark/target/test-classes"), str(ROOT / "src/spark/target/classes"), *entries])


def pixels(model, folder, rounds, log):
    """Images a second of the classifier's batches and of rows of Parquet, in turn."""
    classes = class_path()
    sample = pictures.SAMPLE / "train.bin"

    def run(*args):
        done = subprocess.run(["java", f"@{OPTIONS}", "-Xmx2g", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-cp", classes,
                               "org.lenet5.spark.PixelsBenchmark", *map(str, args)], capture_output=True, text=True,
                              env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"})
        if done.returncode:
            raise RuntimeError(f"PixelsBenchmark ended with exit code {done.returncode}: {done.stderr.strip()[-500:]}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    run("make", sample, folder / "pixels.parquet", PIXEL_ROWS)
    rows = run("measure", model, folder / "pixels.parquet", sample, rounds)
    for row in rows:
        log(f"round {row['round']}: batches {row['batches_per_s']:,} images/s, rows of Parquet {row['rows_per_s']:,}")
    return [(row["round"], row["batches_per_s"], row["rows_per_s"]) for row in rows if row["round"]]


def measure(model, records, rounds, parts, log):
    """What was asked for of classify, executors and pixels; tables as lines and rows for CSV files, by name."""
    lines, tables = [], {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if {"classify", "executors"} & set(parts):
            pictures.write(sorted(records.glob("data_batch_*.bin")), folder / "photos", PICTURES)
        if "classify" in parts:
            rows = against_classify(model, folder / "photos", folder, rounds, log)
            tables["spark-classify"] = (["round", "classify_s", "classify_start_s", "spark_s", "spark_start_s"], rows)
            ratios = [row[3] / row[1] for row in rows]
            lines += [f"{PICTURES:,} PNGs of 32x32, two threads, starts aside: `spark classify` takes {spread(ratios)} of `classify`'s time "
                      f"({spread([r[3] for r in rows], 1)} s and {spread([r[1] for r in rows], 1)} s; starts {spread([r[4] for r in rows], 1)} s and "
                      f"{spread([r[2] for r in rows], 1)} s).", ""]
        if "executors" in parts:
            # So many that Java's compiler is done with most of its work early.
            for copy in range(COPIES):
                shutil.copytree(folder / "photos", folder / "many" / str(copy), copy_function=os.link)
            rows = executors(model, folder / "many", folder, rounds, log)
            tables["spark-executors"] = (["round", "one_images_per_s", "two_images_per_s"], rows)
            lines += [f"{COPIES * PICTURES:,} PNGs of 32x32 on a standalone cluster whose workers are bound to a core each, from when each executor has ended its "
                      f"first task: two label {spread([two / one for _, one, two in rows])} times as many images a second as one "
                      f"({spread([r[2] for r in rows], 0)} and {spread([r[1] for r in rows], 0)}).", ""]
        if "pixels" in parts:
            rows = pixels(model, folder, rounds, log)
            tables["spark-pixels"] = (["round", "batches_per_s", "rows_per_s"], rows)
            lines += [f"{PIXEL_ROWS:,} rows of pixels in Parquet, `local[2]`: {spread([r[2] for r in rows], 0)} images a second, "
                      f"{spread([r[2] / r[1] for r in rows])} of what two threads with batches of 256 get ({spread([r[1] for r in rows], 0)}).", ""]
    return lines, tables


def spread(values, digits=2):
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"

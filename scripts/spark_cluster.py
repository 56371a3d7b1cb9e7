"""A real Spark cluster on this machine: a master and workers, processes of their own, on loopback.

Spark publishes no distribution as an artifact, but its jars are all that a standalone cluster needs:
Maven fetches them, and java starts the same classes that Spark's own scripts would.
"""
import json, os, shutil, signal, socket, subprocess, time, urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "spark-cluster"
JOBS = ROOT / "src" / "spark" / "target"
OPTIONS = ROOT / "src" / "spark" / "main" / "dist" / "java.options"
LIB = ROOT / "src" / "cli" / "target" / "lib"
HOST = "127.0.0.1"

POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>org.lenet5</groupId><artifactId>cluster</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.spark</groupId><artifactId>spark-sql_{scala}</artifactId><version>{version}</version></dependency>
    <dependency><groupId>org.apache.spark</groupId><artifactId>spark-mllib_{scala}</artifactId><version>{version}</version></dependency>
  </dependencies>
</project>
"""


class ClusterError(Exception):
    """What is missing, in one line."""


def scala(version):
    return "2.12" if version.startswith("3.") else "2.13"


def maven(*args, cwd=ROOT):
    done = subprocess.run(["mvn", "-q", "-B", "-Dstyle.color=never", *map(str, args)], cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise ClusterError(f"mvn {' '.join(map(str, args))} failed: {(done.stdout + done.stderr).strip()[-600:]}")


def job_jar():
    """Builds what is handed to spark-submit; gives it and the natives' jar that goes beside it."""
    subprocess.run([ROOT / "scripts" / "lenet5", "--version"], check=True, stdout=subprocess.DEVNULL)
    sources = [ROOT / "pom.xml", *(ROOT / "src" / m / "pom.xml" for m in ("classify", "toolkit", "spark"))]
    for module in "classify", "toolkit", "spark":
        sources += (ROOT / "src" / module / "main").rglob("*")
    newest = max(each.stat().st_mtime for each in sources)
    if not any(each.stat().st_mtime >= newest for each in JOBS.glob("lenet5-spark-*-job.jar")):
        maven("-DskipTests", "-Djacoco.skip", "-Dspotless.check.skip", "-pl", "src/spark", "-am", "package")
    natives = [each for each in LIB.glob("tensorflow-core-native-*.jar") if each.name.count("-") > 3]
    if not natives:
        raise ClusterError(f"{LIB} has no natives of TensorFlow for this machine")
    return max(JOBS.glob("lenet5-spark-*-job.jar"), key=lambda each: each.stat().st_mtime), natives[0]


def trained(name, seed):
    """The SavedModel of a run of an epoch; what the weights are does not matter."""
    model = WORK / "runs" / name / "saved_model" / "1"
    if not model.is_dir():
        shutil.rmtree(model.parent.parent, ignore_errors=True)
        subprocess.run([ROOT / "scripts" / "lenet5", "train", "--run", name, "--epochs", "1", "--batch-size", "100", "--seed", str(seed),
                        "--graphs-dir", WORK / "graphs", "--checkpoints-dir", WORK / "runs"], check=True, capture_output=True)
    return model


def free_port():
    with socket.socket() as one:
        one.bind((HOST, 0))
        return one.getsockname()[1]


def wait_for(what, condition, seconds, alive=()):
    """Until condition() is true; what it gives. Fails when it takes too long, or a process ends before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        for each in alive:
            if each.poll() is not None:
                raise ClusterError(f"{what}: the process ended with exit code {each.returncode} before")
        time.sleep(0.02)
    raise ClusterError(f"{what}: not within {seconds} s")


class Cluster:
    """A master and workers of one core each; closed by with. Bound workers, and so their executors, have no other core."""

    def __init__(self, version, workers=2, memory="1g", bound=False):
        self.version, self.memory, self.count, self.bound = version, memory, workers, bound
        self.home = WORK / version
        self.logs = self.home / "logs"
        self.job, self.natives = job_jar()
        self.processes, self.submitted = [], []
        self.env = {**os.environ, "SPARK_HOME": str(self.home), "SPARK_SCALA_VERSION": scala(version), "SPARK_LOCAL_IP": HOST,
                    "SPARK_LOCAL_HOSTNAME": "localhost", "TF_CPP_MIN_LOG_LEVEL": "2"}

    def __enter__(self):
        self.fetch()
        shutil.rmtree(self.logs, ignore_errors=True)
        self.logs.mkdir(parents=True)
        self.port, self.web = free_port(), free_port()
        try:
            self.java("master", "org.apache.spark.deploy.master.Master", "--host", HOST, "--port", self.port, "--webui-port", self.web)
            wait_for("the master's start", lambda: self.state() is not None, 120, self.processes)
            for i in range(self.count):
                self.worker(f"worker-{i}", ["taskset", "-c", str(i)] if self.bound else [])
            wait_for("the workers' start", lambda: len(self.workers()) == self.count, 120, self.processes)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for each in self.submitted + self.processes:
            if each.poll() is None:
                each.kill()
        for pid in self.executors():
            os.kill(pid, signal.SIGKILL)
        for each in self.submitted + self.processes:
            each.wait()
        shutil.rmtree(self.home / "work", ignore_errors=True)

    def fetch(self):
        jars = self.home / "jars"
        if (self.home / "fetched").exists():
            return
        shutil.rmtree(jars, ignore_errors=True)
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "pom.xml").write_text(POM.format(version=self.version, scala=scala(self.version)))
        maven("org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies", "-DincludeScope=runtime",
              f"-DoutputDirectory={jars}", cwd=self.home)
        (self.home / "fetched").touch()

    def java(self, name, *args, memory="512m", conf=(), before=()):
        log = open(self.logs / f"{name}.log", "w")
        command = [*before, "java", f"@{OPTIONS}", f"-Xmx{memory}", "-XX:+UseSerialGC", "-Dspark.master.rest.enabled=false", "-Dspark.ui.enabled=false",
                   *conf, "-cp", f"{self.home / 'jars'}/*", *map(str, args)]
        process = subprocess.Popen(command, env=self.env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def worker(self, name, before=()):
        return self.java(name, "org.apache.spark.deploy.worker.Worker", "--host", HOST, "--cores", 1, "--memory", "2g", "--webui-port", free_port(),
                         "--work-dir", self.home / "work" / name, f"spark://{HOST}:{self.port}", before=before)

    def state(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.web}/json/", timeout=5) as answer:
                return json.load(answer)
        except (OSError, ValueError):  # it listens before it has something to say
            return None

    def workers(self):
        return [each for each in (self.state() or {}).get("workers", []) if each["state"] == "ALIVE"]

    def executors(self):
        """Process ids of this cluster's executors."""
        found = []
        for each in Path("/proc").iterdir():
            try:
                words = (each / "cmdline").read_bytes().split(b"\0") if each.name.isdigit() else []
            except OSError:
                continue  # it has ended
            if b"org.apache.spark.executor.CoarseGrainedExecutorBackend" in words and str(self.home / "jars").encode() in b" ".join(words):
                found.append(int(each.name))
        return found

    def submit(self, name, *args, conf=None, main="org.lenet5.spark.ClassifyJob", memory="1g"):
        """Starts a job with spark-submit's class; its messages go to logs/NAME.log."""
        settings = {"spark.executor.memory": self.memory, "spark.executor.memoryOverhead": "1g", "spark.executorEnv.TF_CPP_MIN_LOG_LEVEL": "2",
                    "spark.driver.host": HOST, "spark.driver.bindAddress": HOST, "spark.ui.enabled": "false", **(conf or {})}
        words = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
        process = self.java(name, "org.apache.spark.deploy.SparkSubmit", "--master", f"spark://{HOST}:{self.port}", *words,
                            "--class", main, "--jars", self.natives, self.job, *args, memory=memory)
        self.processes.remove(process)
        self.submitted.append(process)
        return process

    def error(self, name):
        """The job's own last word, the line that says what went wrong; empty if nothing did."""
        lines = [line for line in (self.logs / f"{name}.log").read_text(errors="replace").splitlines() if line.startswith("error: ")]
        return lines[-1] if lines else ""

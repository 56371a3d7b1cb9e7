package org.lenet5.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kills a run of two epochs before each of its writes in turn: before each rename, unlink and rmdir
 * below its folders, which is where one file is new and the next one still old. strace sends the
 * SIGKILL, so that it comes between the same two writes each time. Each run is then gone on with,
 * and compared with one that nobody killed.
 */
public final class KillSweep {
  private static final String CALLS = "rename,renameat,renameat2,unlink,unlinkat,rmdir";
  // PID CALL(ARGUMENTS
  private static final Pattern CALL = Pattern.compile("^(\\d+)\\s+(\\w+)\\((.*)");
  private static final int KILLED = 128 + 9;

  private final Path root;
  private final TrainProcess training;

  private KillSweep(Path root) {
    this.root = root;
    this.training =
        new TrainProcess(
            root,
            List.of(
                "--epochs=2",
                "--keep=1",
                "--subset=even",
                "--batch-size=50",
                "--checkpoint-every=30",
                "--augment=flip",
                "--dropout=0.25",
                "--validation=0.1"));
  }

  /**
   * Before the {@code number}th such call of a thread.
   *
   * @param what the call as strace shows it
   */
  private record Place(String call, int number, String what) {}

  /**
   * FOLDER, which may be that of {@link Chaos}, and, to look at a few places, a part of a file's
   * name.
   */
  public static void main(String[] args) throws Exception {
    KillSweep sweep = new KillSweep(Path.of(args[0]));
    List<String> faults = new ArrayList<>();
    String part = args.length > 1 ? args[1] : "";
    List<Place> places =
        sweep.places().stream().filter(each -> each.what().contains(part)).toList();
    System.out.println(places.size() + " places between two writes");
    for (Place each : places) {
      List<String> found = sweep.killedAt(each);
      found.forEach(fault -> System.out.println("error: " + each + ": " + fault));
      faults.addAll(found);
    }
    System.out.println(
        faults.isEmpty()
            ? places.size() + " runs killed before a write ended as one that nobody killed"
            : "error: " + faults.size() + " differences");
    System.exit(faults.isEmpty() ? 0 : 1);
  }

  /** The writes of a run that nobody kills. */
  private List<Place> places() throws Exception {
    Path log = root.resolve("sweep.strace");
    Process whole =
        training.start(
            "sweep", List.of("strace", "-f", "-qq", "-e", "trace=" + CALLS, "-o", log.toString()));
    training.finish(whole, "sweep");
    // strace counts by thread, and only the calls of the thread that writes the run come in the
    // same
    // order each time. TensorFlow's own rename within a file or folder that has no name yet.
    Map<String, List<Matcher>> threads = new LinkedHashMap<>();
    for (String line : Files.readAllLines(log)) {
      Matcher call = CALL.matcher(line);
      if (call.matches()) {
        threads.computeIfAbsent(call.group(1), thread -> new ArrayList<>()).add(call);
      }
    }
    List<Matcher> calls =
        threads.values().stream().max(Comparator.comparingInt(List::size)).orElse(List.of());
    Map<String, Integer> counts = new TreeMap<>();
    List<Place> places = new ArrayList<>();
    for (Matcher call : calls) {
      int number = counts.merge(call.group(2), 1, Integer::sum);
      if (call.group(3).contains(root.toString())) {
        String what = call.group(3).replace(root + "/", "");
        places.add(new Place(call.group(2), number, what));
      }
    }
    if (places.isEmpty()) {
      throw new IllegalStateException("strace saw no write of the run: " + log);
    }
    return places;
  }

  private List<String> killedAt(Place place) throws Exception {
    String run = "sweep-" + place.call() + "-" + place.number();
    Process process =
        training.start(
            run,
            List.of(
                "strace",
                "-f",
                "-qq",
                "-e",
                "trace=" + place.call(),
                "-e",
                "inject=" + place.call() + ":signal=KILL:when=" + place.number(),
                "-o",
                root.resolve(run + ".strace").toString()));
    int code = process.waitFor();
    if (code != KILLED) {
      return List.of("the run was not killed there, but ended with exit code " + code);
    }
    return finished(run);
  }

  private List<String> finished(String run) throws IOException {
    try {
      training.toTheEnd(run);
    } catch (Exception e) {
      return List.of(e.getMessage());
    }
    return RunComparison.differences(root, "sweep", run);
  }
}

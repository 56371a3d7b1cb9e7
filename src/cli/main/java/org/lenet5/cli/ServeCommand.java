package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lenet5.serve.Server;
import org.lenet5.serve.ServerOptions;
import org.lenet5.serve.model.ModelOptions;
import org.lenet5.serve.model.VersionPolicy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers classification requests until it is told to stop. */
@Command(
    name = "serve",
    description =
        "Answer classification requests over HTTP and gRPC: TensorFlow Serving's, the Open Inference"
            + " Protocol's, and pictures sent to /classify. SIGTERM or Ctrl-C lets running requests"
            + " end; a second ends at once.")
final class ServeCommand implements Callable<Integer> {
  private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9._-]{1,128})=(.+)");
  private static final Pattern LABEL =
      Pattern.compile("(?:([A-Za-z0-9._-]{1,128}):)?([^:/=]{1,128})=(\\d{1,18})");

  @Spec private CommandSpec spec;
  @Mixin private Folders folders;
  @Mixin private ServeFlags flags;

  @Parameters(
      paramLabel = "RUN|SAVEDMODEL|NAME=PATH",
      arity = "0..*",
      description =
          "What to serve, under the run's or the folder's name or NAME. Default: the newest run with"
              + " a SavedModel.")
  private List<String> models = List.of();

  @Option(
      names = "--versions",
      paramLabel = "[NAME:]WHICH",
      description =
          "Versions to serve: latest, latest:N, all, or numbers such as 1,2. Default: latest."
              + " Repeatable.")
  private List<String> versions = List.of();

  @Option(
      names = "--label",
      paramLabel = "[NAME:]LABEL=N",
      description = "Another name for a version, such as stable=2. Repeatable.")
  private List<String> labels = List.of();

  @Override
  public Integer call() throws InterruptedException {
    ServerOptions options = new ServerOptions();
    flags.apply(options);
    options.models.addAll(models());
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    options.log = line -> print(err, line);
    options.accessLine = line -> print(out, line);
    CountDownLatch stop = new CountDownLatch(1);
    try (StopSignal signal = new StopSignal(stop::countDown);
        Server server = WrongUsage.unless(() -> Server.start(options))) {
      print(out, "Serving " + names(options) + " at " + server.address());
      while (!signal.received()) {
        stop.await();
      }
      print(err, "Stopping: running requests have " + options.drainSeconds + " s");
    }
    return 0;
  }

  private static void print(PrintWriter to, String line) {
    to.println(line);
    to.flush();
  }

  private static String names(ServerOptions options) {
    return String.join(", ", options.models.stream().map(ModelOptions::name).toList());
  }

  private List<ModelOptions> models() {
    Map<String, Path> paths = new HashMap<>();
    List<String> names = new ArrayList<>();
    if (models.isEmpty()) {
      Path newest =
          NamedModel.newest(folders)
              .orElseThrow(
                  () ->
                      new WrongUsage(
                          "there is no run with a SavedModel in "
                              + folders.checkpoints()
                              + "; train one first (train), or name a SavedModel's folder"));
      names.add(name(folders.name(newest, newest.getFileName().toString())));
      paths.put(names.get(0), newest);
    }
    for (String each : models) {
      Matcher named = NAMED.matcher(each);
      boolean isNamed = named.matches() && Files.notExists(folders.checkpoints().resolve(each));
      String what = isNamed ? named.group(2) : each;
      Path path = NamedModel.of(each, what, folders);
      String name = isNamed ? named.group(1) : name(path, what);
      WrongUsage.require(
          paths.put(name, path) == null,
          "%s: another model has the name %s; NAME=%s gives it its own"
              .formatted(each, name, what));
      names.add(name);
    }
    Map<String, VersionPolicy> policies = policies(names);
    Map<String, Map<String, Long>> labelled = labels(names);
    return names.stream()
        .map(
            name ->
                new ModelOptions(
                    name,
                    paths.get(name),
                    policies.getOrDefault(name, VersionPolicy.LATEST),
                    labelled.getOrDefault(name, Map.of())))
        .toList();
  }

  /**
   * A run's own name, or that of the folder; what holds numbered versions only has its parent's.
   */
  private String name(Path path, String given) {
    if (folders.run(given).isPresent()) {
      return name(given);
    }
    Path folder = path.toAbsolutePath().normalize();
    while (folder.getNameCount() > 1
        && folder.getFileName().toString().matches("\\d+|saved_model")) {
      folder = folder.getParent();
    }
    return name(folder.getFileName().toString());
  }

  // A run's name may have parts, and a folder's any letters.
  private static String name(String text) {
    String name = text.replaceAll("^.*/(?=[^/]*$)", "").replaceAll("[^A-Za-z0-9._-]+", "-");
    return name.length() <= 128 ? name : name.substring(0, 128);
  }

  private Map<String, VersionPolicy> policies(List<String> names) {
    Map<String, VersionPolicy> policies = new HashMap<>();
    for (String each : versions) {
      String name = each.replaceFirst(":.*", "");
      boolean isNamed = each.contains(":") && names.contains(name);
      String which = isNamed ? each.substring(name.length() + 1) : each;
      VersionPolicy policy;
      try {
        policy = VersionPolicy.parse(which);
      } catch (IllegalArgumentException e) {
        throw new WrongUsage(
            "--versions " + each + ": must be latest, latest:N, all, or numbers such as 1,2");
      }
      (isNamed ? List.of(name) : names).forEach(model -> policies.put(model, policy));
    }
    return policies;
  }

  private Map<String, Map<String, Long>> labels(List<String> names) {
    Map<String, Map<String, Long>> all = new HashMap<>();
    for (String each : labels) {
      Matcher label = LABEL.matcher(each);
      WrongUsage.require(
          label.matches(),
          "--label " + each + ": must be LABEL=N or NAME:LABEL=N, such as stable=2");
      String model = label.group(1) == null ? names.get(0) : label.group(1);
      WrongUsage.require(
          names.contains(model) && (label.group(1) != null || names.size() == 1),
          "--label %s: must name one of the models: %s".formatted(each, String.join(", ", names)));
      all.computeIfAbsent(model, any -> new HashMap<>())
          .put(label.group(2), Long.valueOf(label.group(3)));
    }
    return all;
  }
}

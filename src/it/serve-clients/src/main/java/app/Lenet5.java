package app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program's commands, each in a process of its own. */
final class Lenet5 {
  private final Path classpath;

  Lenet5(Path classpath) {
    this.classpath = classpath;
  }

  private Process start(List<String> args) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        new ArrayList<>(
            List.of(java, "-cp", Files.readString(classpath).strip(), "org.lenet5.cli.Main"));
    command.addAll(args);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** What the command classify says of pictures. */
  List<Answer> classify(Path run, List<String> classes, List<String> pictures)
      throws IOException, InterruptedException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "classify",
                "--model",
                run.toString(),
                "--format",
                "json",
                "--top",
                "" + classes.size()));
    args.addAll(pictures);
    Process process = start(args);
    List<Answer> answers = new ArrayList<>();
    ObjectMapper json = new ObjectMapper();
    for (BufferedReader out = process.inputReader(StandardCharsets.UTF_8); ; ) {
      String line = out.readLine();
      if (line == null) {
        break;
      }
      JsonNode found = json.readTree(line);
      float[] probabilities = new float[classes.size()];
      for (JsonNode each : found.get("top")) {
        probabilities[classes.indexOf(each.get("label").asText())] =
            each.get("probability").floatValue();
      }
      answers.add(new Answer(probabilities, classes.indexOf(found.get("label").asText())));
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException("classify ended with " + process.exitValue());
    }
    return answers;
  }

  /** A server of one model; to be closed. */
  final class Served implements AutoCloseable {
    private final Process process;
    final String address;

    Served(Path run, String name) throws IOException {
      process = start(List.of("serve", name + "=" + run, "--port", "0"));
      String line = process.inputReader(StandardCharsets.UTF_8).readLine();
      if (line == null || !line.contains(" at http://")) {
        process.destroyForcibly();
        throw new IllegalStateException("the server said: " + line);
      }
      address = line.substring(line.indexOf("http://") + 7);
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy(); // SIGTERM
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException("the server did not end within a minute");
      }
      System.out.println("The server ended with " + process.exitValue());
    }
  }
}

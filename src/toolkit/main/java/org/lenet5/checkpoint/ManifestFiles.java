package org.lenet5.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.GrowingFile;

/**
 * A run's {@code run.json} on the disk, and its copy. It holds all epochs, so to write it anew each
 * epoch would cost more with each. It is written whole for each of the first {@value #FREQUENT}
 * epochs and for the last one, and between when the epochs have grown by a {@value #FREQUENT}th: so
 * an epoch costs at most what the {@value #FREQUENT}th does. The epochs since then stand in {@code
 * epochs.jsonl}, a line each, which is gone once {@code run.json} has them.
 *
 * <pre>
 * {"run": the run's name, "epoch": as in run.json, "checkpoint": as in run.json,
 *  "kept": [epochs whose checkpoints are kept], "sha256": of the line without it}
 * </pre>
 *
 * <p>An epoch counts once its line is complete. Whoever reads takes {@code run.json} and then the
 * lines of later epochs; a last line that is incomplete was being written when the run was killed.
 * Not thread-safe.
 */
final class ManifestFiles {
  static final int FREQUENT = 50;

  // 500 bytes an epoch: enough for a hundred thousand of them.
  private static final long MOST_BYTES = 64 << 20;
  private static final SealedJson<Manifest> JSON = new SealedJson<>(Manifest.class, MOST_BYTES);

  // A manifest, then the epochs that it lacks.
  private static final Map<String, String> EPOCHS =
      Map.of(Manifest.FILE, "epochs.jsonl", Manifest.COPY, "epochs.copy.jsonl");
  private static final String UNKNOWN = "unknown_properties";

  private final Path folder;
  private int whole;
  private List<GrowingFile> journals = List.of();

  ManifestFiles(Path folder) {
    this.folder = folder;
  }

  /** Writes the manifest whole, then its copy. */
  void write(Manifest manifest) {
    ObjectNode object = JSON.tree(manifest);
    object.remove(UNKNOWN);
    UnknownProperties.putBack(manifest.unknownProperties(), object);
    byte[] bytes = JSON.sealed(ManifestFormat.write(object));
    for (String name : List.of(Manifest.FILE, Manifest.COPY)) {
      AtomicFiles.write(folder.resolve(name), out -> out.write(bytes));
      // Only now: its lines are in the file. Until it is gone they are passed over.
      AtomicFiles.delete(folder.resolve(EPOCHS.get(name)));
    }
    whole = manifest.epochs().size();
    journals =
        List.of(
            new GrowingFile(folder.resolve(EPOCHS.get(Manifest.FILE)), 0),
            new GrowingFile(folder.resolve(EPOCHS.get(Manifest.COPY)), 0));
  }

  /** Makes the manifest's last epoch count. */
  void writeLastEpoch(Manifest manifest) {
    int epochs = manifest.epochs().size();
    if ((epochs - whole) * FREQUENT >= epochs || epochs == manifest.wantedEpochs()) {
      write(manifest);
    } else {
      byte[] line = SealedJson.sealedLine(line(manifest));
      journals.forEach(each -> each.append(line));
    }
  }

  private static ObjectNode line(Manifest manifest) {
    ObjectNode all = JSON.tree(manifest.onlyLast());
    ObjectNode line = all.objectNode().put("run", manifest.run());
    line.set("epoch", all.get("epochs").get(0));
    line.set("checkpoint", all.get("checkpoints").get(0));
    ArrayNode kept = line.putArray("kept");
    manifest.checkpoints().forEach(each -> kept.add(each.epoch()));
    return line;
  }

  /**
   * Reads a manifest.
   *
   * @param name of the manifest or its copy
   * @throws RunException if there is none, it is damaged, or of a newer format
   */
  static Manifest read(Path folder, String name) {
    Path file = folder.resolve(name);
    ObjectNode object =
        ManifestFormat.read(
            file.toString(),
            JSON.open(file)
                .orElseThrow(
                    () -> new RunException("there is no run in " + folder + " (no " + name + ")")));
    addLater(object, folder.resolve(EPOCHS.get(name)));
    object.putObject(UNKNOWN);
    Manifest manifest = JSON.value(file.toString(), object, false);
    ManifestCheck.require(file, manifest);
    ObjectNode known = JSON.tree(manifest);
    return manifest.keeping(UnknownProperties.of(object, known));
  }

  private static void addLater(ObjectNode manifest, Path file) {
    if (!Files.exists(file)
        || !(manifest.get("epochs") instanceof ArrayNode epochs)
        || !(manifest.get("checkpoints") instanceof ArrayNode checkpoints)) {
      return;
    }
    byte[] bytes = bytes(file);
    int begin = 0;
    for (int i = 0, number = 1; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        String name = file + " line " + number++;
        SealedJson.Unsealed line = JSON.open(name, Arrays.copyOfRange(bytes, begin, i));
        add(line.requireSound(name), name, manifest, epochs, checkpoints);
        begin = i + 1;
      }
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new RunException(file + " is damaged: it has more than " + MOST_BYTES + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  private static void add(
      ObjectNode line, String name, ObjectNode manifest, ArrayNode epochs, ArrayNode checkpoints) {
    int epoch = line.path("epoch").path("epoch").asInt();
    if (!line.path("run").equals(manifest.path("run")) || epoch > epochs.size() + 1) {
      throw new RunException(
          name
              + " is damaged: it is epoch "
              + epoch
              + " of run "
              + line.path("run").asText()
              + ", and the manifest beside it is that of run "
              + manifest.path("run").asText()
              + " up to epoch "
              + epochs.size());
    }
    if (epoch <= epochs.size()) {
      return; // written whole meanwhile
    }
    ManifestFormat.completeEpoch(line.path("epoch"));
    epochs.add(line.get("epoch"));
    checkpoints.add(line.get("checkpoint"));
    Set<Integer> kept = new HashSet<>();
    line.path("kept").forEach(each -> kept.add(each.asInt()));
    for (int i = checkpoints.size() - 1; i >= 0; i--) {
      if (!kept.contains(checkpoints.get(i).path("epoch").asInt())) {
        checkpoints.remove(i);
      }
    }
  }
}

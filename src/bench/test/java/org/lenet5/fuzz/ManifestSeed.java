package org.lenet5.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A {@code run.json} of two epochs. */
final class ManifestSeed {
  private ManifestSeed() {}

  static byte[] json(boolean validation) {
    return """
        {"run": "a", "created": "2026-01-02T03:04:05Z",
         "settings": {"dataset": "sample", "epochs": "2", "learning-rate": "0.001", "dropout": "0.25"},
         "data": {"name": "sample", "sha256": "00", "training": 20, "validation": %d, "test": 10,
                  "classes": ["cat", "dog"]},
         "versions": {"lenet5": "1"}, "device": "CPU", "parameters": 65156,
         "epochs": [%s, %s],
         "checkpoints": [%s, %s]}
        """
        .formatted(
            validation ? 5 : 0,
            epoch(1, validation),
            epoch(2, validation),
            checkpoint(1),
            checkpoint(2))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The same in format 2, with a property of somebody else's. */
  static byte[] newest() {
    return new String(json(true), StandardCharsets.UTF_8)
        .replace("{\"run\"", "{\"format\": 2, \"mood\": {\"now\": [1]}, \"run\"")
        .replace("\"2\", \"learning-rate\": \"0.001\"", "2, \"learning_rate\": 0.001")
        .replace("\"0.25\"", "0.25")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Two later epochs of {@link #json} without validation, as {@code epochs.jsonl} has them. */
  static byte[] later() {
    return (later(3) + later(4)).getBytes(StandardCharsets.UTF_8);
  }

  private static String later(int epoch) {
    return "{\"run\": \"a\", \"epoch\": %s, \"checkpoint\": %s, \"kept\": [%d, %d]}\n"
        .formatted(epoch(epoch, false), checkpoint(epoch), epoch - 1, epoch);
  }

  private static String epoch(int number, boolean validation) {
    return String.format(
        Locale.ROOT,
        "{\"epoch\": %d, \"wall_time\": \"2026-01-02T03:04:05.678Z\", \"train_loss\": 2.3,"
            + " \"test_loss\": 2.2, \"train_accuracy\": 0.1, \"test_accuracy\": 0.2,"
            + " \"validation_loss\": %s, \"validation_accuracy\": %s, \"learning_rate\": 0.001,"
            + " \"train_seconds\": 1.5, \"evaluation_seconds\": 0.5, \"images_per_second\": 3000.5,"
            + " \"variables_sha256\": \"ab\"}",
        number,
        validation ? "2.25" : "null",
        validation ? "0.15" : "null");
  }

  private static String checkpoint(int epoch) {
    return ("{\"epoch\": %1$d, \"files\": {\"ckpt-%1$d.index\": \"aa\","
            + " \"ckpt-%1$d.data-00000-of-00001\": \"bb\"}}")
        .formatted(epoch);
  }
}

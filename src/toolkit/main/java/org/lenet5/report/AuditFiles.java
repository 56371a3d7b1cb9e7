package org.lenet5.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.lenet5.chart.ImageGridPicture;
import org.lenet5.chart.Png;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.data.OpenedData;
import org.lenet5.evaluation.ConfidentLearning.Suspect;
import org.lenet5.io.AtomicFiles;

/**
 * Writes which labels are likely wrong: {@code audit.csv} has all of them, {@code audit.html} shows
 * the likeliest with their pictures, in one file without references to others.
 */
public final class AuditFiles {
  /** How many of each set the page shows. */
  static final int SHOWN = 100;

  private static final int SIDE = 128; // to which a small picture is enlarged
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private AuditFiles() {}

  /**
   * Writes both files into {@code folder}, each whole or not at all.
   *
   * @param subject how it was judged, below the title
   * @param opened the data set; its images are named by their files, if they lie in files
   * @param training suspect labels of the training images, the likeliest first
   * @param test those of the test images
   * @throws java.io.UncheckedIOException if one cannot be written
   */
  public static void write(
      Path folder, String subject, OpenedData opened, List<Suspect> training, List<Suspect> test) {
    Dataset data = opened.data();
    AtomicFiles.write(
        folder.resolve("audit.csv"),
        out -> out.write(csv(opened, training, test).getBytes(StandardCharsets.UTF_8)));
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Heading(1, "Labels of " + data.name() + " that are likely wrong"));
    blocks.add(new Block.Paragraph(subject));
    blocks.add(
        new Block.Paragraph(
            "No picture was judged by a model that had seen it. A label is suspect where the models"
                + " are as sure of another class as they are of that class's own pictures. Many are"
                + " wrong, some are only hard: look before changing one."));
    show(blocks, "Test images", opened, data.test(), opened.testNames(), test);
    show(blocks, "Training images", opened, data.train(), opened.trainingNames(), training);
    AtomicFiles.writeString(
        folder.resolve("audit.html"), HtmlReport.of("Labels of " + data.name(), blocks));
  }

  private static String csv(OpenedData opened, List<Suspect> training, List<Suspect> test)
      throws IOException {
    StringBuilder text = new StringBuilder();
    FORMAT.printRecord(
        text,
        "set",
        "image",
        "label",
        "suggested",
        "label_probability",
        "suggested_probability",
        "margin",
        "path");
    rows(text, opened, "test", opened.testNames(), test);
    rows(text, opened, "training", opened.trainingNames(), training);
    return text.toString();
  }

  private static void rows(
      StringBuilder text, OpenedData opened, String set, List<String> names, List<Suspect> suspects)
      throws IOException {
    for (Suspect each : suspects) {
      FORMAT.printRecord(
          text,
          set,
          each.image(),
          opened.data().classNames().get(each.label()),
          opened.data().classNames().get(each.suggested()),
          each.labelProbability(),
          each.suggestedProbability(),
          each.margin(),
          names.isEmpty() ? "" : names.get(each.image()));
    }
  }

  private static void show(
      List<Block> blocks,
      String title,
      OpenedData opened,
      LabeledImages images,
      List<String> names,
      List<Suspect> suspects) {
    blocks.add(new Block.Heading(2, title));
    blocks.add(
        new Block.Paragraph(
            String.format(
                Locale.ROOT,
                "%,d of %,d labels are suspect%s.",
                suspects.size(),
                images.size(),
                suspects.size() > SHOWN ? "; these are the " + SHOWN + " likeliest" : "")));
    for (Suspect each : suspects.subList(0, Math.min(SHOWN, suspects.size()))) {
      BufferedImage picture = enlarged(ImageGridPicture.image(images.image(each.image())));
      blocks.add(
          new Block.Picture(
              "image-" + each.image() + ".png",
              String.format(
                  Locale.ROOT,
                  "%s: labelled %s (%.1f %%), looks like %s (%.1f %%)",
                  names.isEmpty() ? each.image() : names.get(each.image()),
                  opened.data().classNames().get(each.label()),
                  100 * each.labelProbability(),
                  opened.data().classNames().get(each.suggested()),
                  100 * each.suggestedProbability()),
              Png.encode(picture)));
    }
  }

  /** A whole multiple of a small picture: every pixel becomes a square. */
  private static BufferedImage enlarged(BufferedImage image) {
    int times = Math.max(1, SIDE / Math.max(image.getWidth(), image.getHeight()));
    BufferedImage large =
        new BufferedImage(
            image.getWidth() * times, image.getHeight() * times, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < large.getHeight(); y++) {
      for (int x = 0; x < large.getWidth(); x++) {
        large.setRGB(x, y, image.getRGB(x / times, y / times));
      }
    }
    return large;
  }
}

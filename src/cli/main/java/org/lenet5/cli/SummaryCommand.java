package org.lenet5.cli;

import java.util.List;
import java.util.Locale;
import org.lenet5.image.ImageShape;
import org.lenet5.model.Layer;
import org.lenet5.model.Model;
import org.lenet5.model.NetworkException;
import org.lenet5.model.Networks;
import org.lenet5.model.PixelScaling;
import org.tensorflow.ndarray.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the layer table. */
@Command(
    name = "summary",
    description = "Print the layer table: shapes by (W-F+2P)/S+1, parameters, multiply-adds.")
final class SummaryCommand implements Runnable {
  private static final String ROW = "%-5s  %-17s  %6s  %6s  %-12s  %10s  %13s%n";

  @Spec private CommandSpec spec;

  @Option(
      names = "--classes",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many classes to tell apart. Default: ${DEFAULT-VALUE}.")
  private int classes;

  @Option(
      names = "--network",
      paramLabel = "NAME|FILE",
      defaultValue = "lenet5",
      description = "Which network, as in train. Default: ${DEFAULT-VALUE}.")
  private String network;

  @Option(
      names = "--image-size",
      paramLabel = "N|HxW",
      defaultValue = "32",
      description = "Rows and columns of the images, 16 to 256. Default: ${DEFAULT-VALUE}.")
  private String size;

  @Option(
      names = "--color",
      paramLabel = "HOW",
      defaultValue = "rgb",
      description = "Of the images: rgb or grey. Default: ${DEFAULT-VALUE}.")
  private String color;

  @Override
  public void run() {
    WrongUsage.require(classes >= 2, "--classes " + classes + ": must be at least 2");
    Model model = WrongUsage.unless(this::model);
    StringBuilder text = new StringBuilder();
    add(text, "Layer", "Kind", "Kernel", "Stride", "Output", "Parameters", "Multiply-adds");
    add(text, "input", "image", "", "", dimensions(model.input()), "", "");
    long multiplyAdds = 0;
    for (Model.Row row : model.table()) {
      Layer layer = row.layer();
      multiplyAdds += row.multiplyAdds();
      add(
          text,
          layer.name(),
          layer.kind(),
          layer.window(row.input()),
          layer.step(row.input()),
          dimensions(row.output()),
          grouped(row.parameters()),
          grouped(row.multiplyAdds()));
    }
    add(text, "", "softmax", "", "", Integer.toString(classes), "0", "0");
    add(text, "total", "", "", "", "", grouped(model.parameters()), grouped(multiplyAdds));
    spec.commandLine().getOut().print(text);
    spec.commandLine().getOut().flush();
  }

  private Model model() {
    if (!size.matches("\\d{1,4}(x\\d{1,4})?")) {
      throw new WrongUsage("--image-size " + size + ": must be N or HEIGHTxWIDTH");
    }
    WrongUsage.require(
        List.of("rgb", "grey").contains(color), "--color " + color + ": must be rgb or grey");
    String[] sides = size.split("x");
    ImageShape shape =
        new ImageShape(
            Integer.parseInt(sides[0]),
            Integer.parseInt(sides[sides.length - 1]),
            color.equals("grey") ? 1 : 3);
    try {
      return new Model(Networks.find(network), shape, classes, PixelScaling.NONE);
    } catch (NetworkException e) {
      throw new WrongUsage("--network " + network + ": " + e.getMessage());
    }
  }

  private static void add(StringBuilder text, Object... cells) {
    text.append(String.format(Locale.ROOT, ROW, cells).replaceAll(" +(\\R)", "$1"));
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String dimensions(Shape shape) {
    StringBuilder text = new StringBuilder();
    for (long size : shape.asArray()) {
      text.append(text.isEmpty() ? "" : "x").append(size);
    }
    return text.toString();
  }
}
